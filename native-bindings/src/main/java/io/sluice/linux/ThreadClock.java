package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** How much CPU time threads of this process have used; {@code clock_gettime(2)}. */
public final class ThreadClock {
  /** How the kernel makes the clock of a thread out of its number. */
  private static final int THREAD_CLOCK = 6;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private ThreadClock() {}

  /** The kernel's number of the calling thread; {@code gettid(2)}. */
  public static int threadId() {
    return (int) Linux.syscall(CallState.ofThread(), SystemCall.GETTID, 0, 0, 0, 0, 0, 0);
  }

  /**
   * CPU time that a thread has used.
   *
   * @param state the calling thread's
   * @param threadId any thread of this process
   * @return nanoseconds, or {@code -errno} when there is no such thread
   */
  public static long cpuNs(CallState state, int threadId) {
    MemorySegment time = state.scratch();
    long clock = ~threadId << 3 | THREAD_CLOCK;
    long result = Linux.syscall(state, SystemCall.CLOCK_GETTIME, clock, time.address(), 0, 0, 0, 0);
    return result < 0
        ? result
        : time.get(JAVA_LONG, 0) * NANOS_PER_SECOND + time.get(JAVA_LONG, Long.BYTES);
  }
}
