package io.sluice.perf.load;

import java.util.List;

/** Waiting for threads that have been told to end. */
final class ThreadEnds {
  private ThreadEnds() {}

  /** Returns when all have ended; an interrupt is kept for whoever looks at it next. */
  static void await(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
