package io.sluice.server.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** Waiting for another process to get somewhere. The bound only ends a test that hangs. */
final class Patience {
  private static final long PAUSE_NS = 20_000_000;

  private Patience() {}

  /** Returns once {@code condition} holds; fails with {@code what} when it does not in time. */
  static void until(String what, Duration bound, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNs) {
        Assertions.fail("after " + bound + " still not: " + what);
      }
      pause();
    }
  }

  /** Waits for this long. */
  static void pause(Duration time) {
    long startNs = System.nanoTime();
    for (long left = time.toNanos();
        left > 0;
        left = startNs + time.toNanos() - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** A moment for others to run. */
  static void pause() {
    LockSupport.parkNanos(PAUSE_NS);
  }
}
