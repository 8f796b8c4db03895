package io.sluice.perf.confine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What must not outlive a run: processes, control groups, files. Undone in the reverse order,
 * either at the end of the run or, when the run is interrupted, by a shutdown hook.
 *
 * <p>All methods may be called by any thread. Making a thing and remembering to undo it are one
 * step under one lock, as is undoing it, so the shutdown hook finds each thing either not made or
 * remembered, and returns only after all are undone. Once {@link #close()} has begun nothing new is
 * made: a run that goes on while it is shut down cannot leave anything behind.
 */
public final class Cleanup implements AutoCloseable {
  private final Deque<Step> steps = new ArrayDeque<>();
  private boolean closed;

  /**
   * Makes one thing.
   *
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface Make<T> {
    /**
     * Makes it; on failure nothing may be left of it.
     *
     * @return the thing
     * @throws IOException when it cannot be made
     */
    T run() throws IOException;
  }

  /**
   * Undoes one thing; called once.
   *
   * @param <T> what is undone
   */
  @FunctionalInterface
  public interface Undo<T> {
    /**
     * Undoes it.
     *
     * @param made the thing
     * @throws Exception when that failed; the other steps are still run
     */
    void run(T made) throws Exception;
  }

  /**
   * A thing that will be undone, at the latest at the end of the run.
   *
   * @param <T> the thing
   */
  public final class Kept<T> implements AutoCloseable, Step {
    private final T made;
    private final Undo<T> undo;

    private Kept(T made, Undo<T> undo) {
      this.made = made;
      this.undo = undo;
    }

    /**
     * The thing itself.
     *
     * @return what was made
     */
    public T get() {
      return made;
    }

    /** Undoes it now. Calling it again does nothing. */
    @Override
    public void close() {
      synchronized (Cleanup.this) {
        if (steps.remove(this)) {
          undo();
        }
      }
    }

    @Override
    public void undo() {
      try {
        undo.run(made);
      } catch (Exception e) {
        System.err.println("could not clean up " + made + ": " + e.getMessage());
      }
    }
  }

  private interface Step {
    void undo();
  }

  /** Makes an empty list, which is also undone when the process is told to end. */
  public Cleanup() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
  }

  /**
   * Makes a thing and remembers how to undo it.
   *
   * @param make makes it
   * @param undo undoes it
   * @param <T> the thing
   * @return the thing, to be undone early
   * @throws IOException when it cannot be made, or the run is being ended
   */
  public synchronized <T> Kept<T> keep(Make<T> make, Undo<T> undo) throws IOException {
    if (closed) {
      throw new IOException("the run is being ended");
    }
    Kept<T> kept = new Kept<>(make.run(), undo);
    steps.push(kept);
    return kept;
  }

  /** Undoes all that is left, the latest first. A second caller waits for the first. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!steps.isEmpty()) {
      steps.pop().undo();
    }
  }
}
