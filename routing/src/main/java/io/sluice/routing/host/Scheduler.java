package io.sluice.routing.host;

/**
 * The one thread on which routing runs, and its clock. What runs on it must not block.
 *
 * <p>{@link #execute} may be called from any thread, everything else from the scheduler's own.
 */
public interface Scheduler {
  /** Nanoseconds since some fixed moment; never goes back, and stands still in no real clock. */
  long nowNs();

  /** Runs {@code task} soon, after what was given before it. */
  void execute(Runnable task);

  /** Runs {@code task} once, not before {@code delayNs} from now. */
  Timer schedule(long delayNs, Runnable task);

  /** A task that has been scheduled. */
  interface Timer {
    /** The task will not run, unless it has run already. */
    void cancel();
  }
}
