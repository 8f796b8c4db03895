package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the loops of all nodes in this process allocate on the heap. */
final class LoopThreads {
  /** Has nodes do something. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
  private static final int SHOWN = 50;

  private LoopThreads() {}

  /** Bytes that loops allocate while {@code work} is done. */
  static long allocatedWhile(Work work) throws Exception {
    long before = allocatedBytes();
    work.run();
    return allocatedBytes() - before;
  }

  /**
   * Does the work until it has allocated nothing for {@code quietRounds} on end: until it is
   * compiled the linker allocates for each call into the kernel, and what is compiled is given up
   * now and then, when a rare branch is taken for the first time. Fails when that takes too long,
   * which is a matter of time and not of rounds: on a busy machine hundreds of them are done before
   * the compiler gets a CPU.
   */
  static void assertSettles(int quietRounds, Work work) throws Exception {
    long startNs = System.nanoTime();
    int quiet = 0;
    List<Long> allocated = new ArrayList<>();
    while (quiet < quietRounds) {
      long bytes = allocatedWhile(work);
      allocated.add(bytes);
      quiet = bytes == 0 ? quiet + 1 : 0;
      int rounds = allocated.size();
      if (quiet == 0 && System.nanoTime() - startNs > PATIENCE_NS) {
        List<Long> last = allocated.subList(Math.max(0, rounds - SHOWN), rounds);
        fail("after " + rounds + " rounds it still allocates; bytes in each of the last: " + last);
      }
    }
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
