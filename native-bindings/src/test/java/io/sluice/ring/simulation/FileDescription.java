package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.POLLERR;
import static io.sluice.ring.simulation.KernelConstants.POLLHUP;

import java.util.ArrayList;
import java.util.List;

/**
 * What a descriptor refers to ({@code open(2)}: "open file description"). It lives until its
 * descriptor is closed and the last operation on it has completed: an operation in flight keeps a
 * socket open after {@code close}.
 */
abstract class FileDescription {
  /** {@link #execute} could not do anything yet. */
  static final int WOULD_BLOCK = Integer.MIN_VALUE;

  final SimulatedKernel kernel;
  private final List<PendingOperation> waiters = new ArrayList<>();
  private int references;

  FileDescription(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  /** What it is, with its article. */
  abstract String noun();

  /**
   * Does the operation if it can be done now.
   *
   * @return its result or {@link #WOULD_BLOCK}
   */
  int execute(PendingOperation operation) {
    if (operation.kind == PendingOperation.Kind.POLL) {
      int ready = pollEvents() & (operation.flags | POLLERR | POLLHUP);
      return ready == 0 ? WOULD_BLOCK : ready;
    }
    throw kernel.violation(operation + " on " + noun());
  }

  /** The {@code poll(2)} events that hold now. */
  int pollEvents() {
    return 0;
  }

  /** The last reference is gone. */
  abstract void onReleased();

  final void retain() {
    references++;
  }

  final void release() {
    if (--references == 0) {
      onReleased();
    }
  }

  /** Lets {@code operation} wait until {@link #wake}. */
  final void park(PendingOperation operation) {
    waiters.add(operation);
  }

  final void unpark(PendingOperation operation) {
    waiters.remove(operation);
  }

  /** Something changed: every waiting operation tries again, in the order in which they came. */
  final void wake() {
    if (waiters.isEmpty()) {
      return;
    }
    List<PendingOperation> woken = List.copyOf(waiters);
    waiters.clear();
    woken.forEach(kernel.scheduler()::retry);
  }
}
