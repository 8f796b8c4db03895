package io.sluice.server.loop;

import io.sluice.linux.CallState;
import io.sluice.linux.ThreadClock;
import io.sluice.server.transfer.SpareCpus;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** The threads of the loops, and how busy they are. */
public final class LoopThreads {
  private static final int NONE = 0;

  private final AtomicIntegerArray threadIds;
  private final int cpus;

  /**
   * Knows no thread yet.
   *
   * @param loops their number
   * @param cpus that the process may use
   */
  public LoopThreads(int loops, int cpus) {
    this.threadIds = new AtomicIntegerArray(loops);
    this.cpus = cpus;
  }

  /** The calling thread is that of a loop: what the others leave of their CPUs, as it sees it. */
  public SpareCpus enter(int loop) {
    threadIds.set(loop, ThreadClock.threadId());
    CallState state = CallState.ofThread();
    return new QuietLoops(loop, threadIds.length(), cpus, other -> cpuNs(state, other));
  }

  private long cpuNs(CallState state, int loop) {
    int threadId = threadIds.get(loop);
    return threadId == NONE ? 0 : ThreadClock.cpuNs(state, threadId);
  }
}
