package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EALREADY;
import static io.sluice.ring.simulation.KernelConstants.ECANCELED;
import static io.sluice.ring.simulation.KernelConstants.EINTR;
import static io.sluice.ring.simulation.KernelConstants.ENOENT;

import io.sluice.ring.simulation.PendingOperation.Kind;
import io.sluice.ring.simulation.PendingOperation.State;

/**
 * {@code IORING_OP_ASYNC_CANCEL}: two completions, the request's and the target's, in any order and
 * with any pair of results that Linux can produce.
 *
 * <p>What waits for readiness or time is always found. A disk read that the device already works on
 * ends normally; the request then says {@code -EALREADY} or even {@code -ENOENT}, so {@code
 * -ENOENT} does not mean that the target's completion was seen.
 */
final class Cancellation {
  private final SimulatedKernel kernel;
  private final OperationScheduler scheduler;

  Cancellation(SimulatedKernel kernel, OperationScheduler scheduler) {
    this.kernel = kernel;
    this.scheduler = scheduler;
  }

  /** Executes the cancel operation {@code request}. */
  void request(PendingOperation request) {
    PendingOperation target = request.ring.findCancellable(request);
    if (target == null) {
      scheduler.complete(request, -ENOENT);
      return;
    }
    boolean race = kernel.dice().roll(Fault.CANCEL_RACE);
    if (target.state == State.EXECUTED || target.kind == Kind.CLOSE) {
      scheduler.complete(request, race ? -EALREADY : -ENOENT);
    } else if (target.state == State.BLOCKED || target.kind.pollable) {
      cancelWaiting(request, target, race);
    } else {
      cancelWorking(request, target, race);
    }
  }

  private void cancelWaiting(PendingOperation request, PendingOperation target, boolean race) {
    switch (race ? kernel.dice().below(5) : 0) {
      case 0 -> {
        scheduler.abandon(target, -ECANCELED);
        scheduler.complete(request, 0);
      }
      case 1 -> {
        scheduler.complete(request, 0);
        endLater(target, -ECANCELED);
      }
      case 2 -> {
        scheduler.complete(request, -EALREADY);
        endLater(target, -ECANCELED);
      }
      case 3 -> {
        scheduler.complete(request, -EALREADY);
        endLater(target, -EINTR);
      }
      default -> {
        scheduler.complete(request, 0);
        endNormallyIfPossible(target);
      }
    }
  }

  private void cancelWorking(PendingOperation request, PendingOperation target, boolean race) {
    switch (race ? kernel.dice().below(4) : 0) {
      case 0 -> scheduler.complete(request, -EALREADY);
      case 1 -> scheduler.complete(request, -ENOENT);
      case 2 -> {
        scheduler.complete(request, 0);
        scheduler.abandon(target, -ECANCELED);
      }
      default -> {
        scheduler.complete(request, -EALREADY);
        endLater(target, -ECANCELED);
      }
    }
  }

  /** The target ends with {@code result} after a while, unless it manages to end before. */
  private void endLater(PendingOperation target, int result) {
    kernel.after(
        kernel.dice().delayNs(),
        () -> {
          if (target.state == State.RUNNING || target.state == State.BLOCKED) {
            scheduler.abandon(target, result);
          }
        });
  }

  /** The target wins the race when it can be done right now. */
  private void endNormallyIfPossible(PendingOperation target) {
    if (target.description != null) {
      if (target.event != null) {
        target.event.cancel();
      }
      target.description.unpark(target);
      scheduler.attempt(target);
    }
    if (target.state == State.RUNNING || target.state == State.BLOCKED) {
      scheduler.abandon(target, -ECANCELED);
    }
  }
}
