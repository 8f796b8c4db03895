package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/** What the loops of all nodes in this process allocate on the heap. */
final class LoopThreads {
  /** Has nodes do something. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private LoopThreads() {}

  /** Bytes that loops allocate while {@code work} is done. */
  static long allocatedWhile(Work work) throws Exception {
    long before = allocatedBytes();
    work.run();
    return allocatedBytes() - before;
  }

  /**
   * Does the work until it has allocated nothing for a while, at most so often: until it is
   * compiled the linker allocates for each call into the kernel, and what is compiled is given up
   * now and then, when a rare branch is taken for the first time.
   *
   * @return whether it has allocated nothing for {@code quietRounds} on end
   */
  static boolean settles(int quietRounds, int roundsMax, Work work) throws Exception {
    int quiet = 0;
    for (int i = 0; i < roundsMax && quiet < quietRounds; i++) {
      quiet = allocatedWhile(work) == 0 ? quiet + 1 : 0;
    }
    return quiet == quietRounds;
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    int loops = 0;
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().matches("loop-[0-9]+")) {
        sum += threads.getThreadAllocatedBytes(info.getThreadId());
        loops++;
      }
    }
    assertTrue(loops > 0);
    return sum;
  }
}
