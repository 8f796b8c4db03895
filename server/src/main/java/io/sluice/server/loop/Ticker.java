package io.sluice.server.loop;

import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.transfer.Transfers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The timers of one loop: a slow one that always runs, and a fast one while something is under way,
 * which starts at once and does not wait for the slow one to end.
 */
final class Ticker {
  /** Memory for the timers' timespecs. */
  static final int BYTES = 4 * Long.BYTES;

  private static final int SLOW = 0;
  private static final int FAST = 1;

  private final Ring ring;
  private final long address;
  private final int operation;
  private final boolean[] armed = new boolean[2];
  private boolean stopped;
  private boolean due;

  /**
   * Creates timers that do not run yet.
   *
   * @param memory where {@link #BYTES} at {@code offset} are for the timers
   * @param operation what their completions are called
   */
  Ticker(Ring ring, MemorySegment memory, long offset, int operation) {
    this.ring = ring;
    this.address = memory.address() + offset;
    this.operation = operation;
    memory.set(ValueLayout.JAVA_LONG, offset + Long.BYTES, Limits.IDLE_TICK_NS);
    memory.set(ValueLayout.JAVA_LONG, offset + 3 * Long.BYTES, Transfers.TICK_NS);
  }

  /** Sees to it that the timers run; the fast one when {@code busy}. To be called every turn. */
  void run(boolean busy) {
    arm(SLOW, !stopped);
    arm(FAST, busy && !stopped);
  }

  private void arm(int timer, boolean wanted) {
    if (wanted && !armed[timer]) {
      armed[timer] = true;
      ring.timeout(address + 2L * Long.BYTES * timer, UserData.pack(operation, 0, timer));
    }
  }

  /** A timer has ended. */
  void onCompletion(int timer) {
    armed[timer] = false;
    due = true;
  }

  /** Whether a timer has ended since this was asked last. */
  boolean due() {
    boolean now = due;
    due = false;
    return now;
  }

  /** Ends the timers, for good. */
  void stop(int cancelOperation) {
    stopped = true;
    for (int timer = SLOW; timer <= FAST; timer++) {
      if (armed[timer]) {
        ring.cancel(UserData.pack(operation, 0, timer), UserData.pack(cancelOperation, 0, timer));
      }
    }
  }
}
