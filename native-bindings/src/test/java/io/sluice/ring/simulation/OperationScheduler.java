package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EAGAIN;
import static io.sluice.ring.simulation.KernelConstants.ECANCELED;
import static io.sluice.ring.simulation.KernelConstants.ECONNRESET;
import static io.sluice.ring.simulation.KernelConstants.EINTR;
import static io.sluice.ring.simulation.KernelConstants.EMFILE;
import static io.sluice.ring.simulation.KernelConstants.ENFILE;
import static io.sluice.ring.simulation.KernelConstants.ENOMEM;
import static io.sluice.ring.simulation.KernelConstants.EPIPE;
import static io.sluice.ring.simulation.KernelConstants.ETIME;
import static io.sluice.ring.simulation.KernelConstants.MSG_DONTWAIT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.sluice.ring.simulation.PendingOperation.Kind;
import io.sluice.ring.simulation.PendingOperation.State;
import java.util.concurrent.TimeUnit;

/** Moves operations from submission to completion, in virtual time. */
final class OperationScheduler {
  private static final long SOCKET_NS = 1_000;

  /** How long a worker thread takes at most until it begins. */
  private static final long WORKER_NS_MAX = 200_000;

  private static final long PATH_NS = 5_000;
  private static final long READ_NS = 80_000;
  private static final long READ_BYTES_PER_MICROSECOND = 2_500;

  private final SimulatedKernel kernel;
  private final Cancellation cancellation;

  OperationScheduler(SimulatedKernel kernel) {
    this.kernel = kernel;
    this.cancellation = new Cancellation(kernel, this);
  }

  /** The kernel has taken the submission. */
  void issue(PendingOperation operation) {
    operation.state = State.RUNNING;
    switch (operation.kind) {
      case CANCEL -> cancellation.request(operation);
      case CLOSE -> {
        kernel.descriptors().finishClose(operation.fd);
        later(operation, latencyNs(operation), () -> complete(operation, 0));
      }
      case TIMEOUT -> {
        kernel.ownership().verify(operation);
        operation.state = State.BLOCKED;
        later(operation, timeoutNs(operation), () -> complete(operation, -ETIME));
      }
      default -> {
        operation.injectedError = injectedError(operation.kind);
        BatchingDevice device = deviceOrNull(operation);
        if (device == null) {
          later(operation, latencyNs(operation), () -> attempt(operation));
        } else {
          device.read(operation.length, () -> attemptIfRunning(operation));
        }
      }
    }
  }

  private static BatchingDevice deviceOrNull(PendingOperation operation) {
    boolean reads = operation.kind == Kind.READ && operation.description instanceof OpenFile;
    return reads ? ((OpenFile) operation.description).file().deviceOrNull() : null;
  }

  private void attemptIfRunning(PendingOperation operation) {
    if (operation.state == State.RUNNING) {
      attempt(operation);
    }
  }

  /** A waiting operation may be able to go on. */
  void retry(PendingOperation operation) {
    operation.state = State.RUNNING;
    later(operation, SimulatedKernel.WAKE_UP_NS, () -> attempt(operation));
  }

  /** Executes the operation, or lets it wait for its descriptor. */
  void attempt(PendingOperation operation) {
    operation.event = null;
    if (operation.injectedError != 0) {
      fail(operation);
      return;
    }
    kernel.ownership().verify(operation);
    int outcome = operation.description.execute(operation);
    if (outcome != FileDescription.WOULD_BLOCK) {
      complete(operation, outcome);
    } else if (isNonBlocking(operation)) {
      abandon(operation, -EAGAIN);
    } else {
      operation.state = State.BLOCKED;
      operation.wasBlocked = true;
      operation.description.park(operation);
    }
  }

  /** The operation ends with {@code result} without having touched its memory. */
  void abandon(PendingOperation operation, int result) {
    kernel.ownership().verify(operation);
    complete(operation, result);
  }

  /** The operation has happened; its completion follows, sometimes later. */
  void complete(PendingOperation operation, int result) {
    if (operation.event != null) {
      operation.event.cancel();
      operation.event = null;
    }
    if (operation.description != null) {
      operation.description.unpark(operation);
    }
    kernel.ownership().executed(operation);
    operation.result = result;
    operation.state = State.EXECUTED;
    if (kernel.dice().roll(Fault.LATE_COMPLETION)) {
      operation.event =
          kernel.clock().schedule(kernel.dice().delayNs(), () -> operation.ring.post(operation));
    } else {
      operation.ring.post(operation);
    }
  }

  private void later(PendingOperation operation, long delayNs, Runnable step) {
    operation.event = kernel.clock().schedule(delayNs, step);
  }

  private void fail(PendingOperation operation) {
    int error = operation.injectedError;
    if (operation.description instanceof SimulatedSocket socket
        && (error == ECONNRESET || error == EPIPE)) {
      socket.breakDown();
    }
    abandon(operation, -error);
  }

  private static boolean isNonBlocking(PendingOperation operation) {
    return (operation.kind == Kind.RECV || operation.kind == Kind.SEND)
        && (operation.flags & MSG_DONTWAIT) != 0;
  }

  private long timeoutNs(PendingOperation operation) {
    long seconds = operation.memory().get(JAVA_LONG_UNALIGNED, 0);
    long nanoseconds = operation.memory().get(JAVA_LONG_UNALIGNED, Long.BYTES);
    if (seconds < 0 || nanoseconds < 0 || nanoseconds >= TimeUnit.SECONDS.toNanos(1)) {
      throw kernel.violation(
          operation + " has the impossible time of " + seconds + " s " + nanoseconds + " ns");
    }
    long sumNs = TimeUnit.SECONDS.toNanos(seconds) + nanoseconds;
    long delayNs = kernel.dice().roll(Fault.DELAY) ? kernel.dice().delayNs() : 0;
    return sumNs < 0 ? Long.MAX_VALUE : Math.max(sumNs, sumNs + delayNs);
  }

  private long latencyNs(PendingOperation operation) {
    long latencyNs =
        switch (operation.kind) {
          case READ ->
              READ_NS
                  + TimeUnit.MICROSECONDS.toNanos(operation.length / READ_BYTES_PER_MICROSECOND)
                  + (operation.description instanceof OpenFile open
                      ? open.file().readDelayNs()
                      : 0);
          case OPEN_AT, STATX, CLOSE, FADVISE -> PATH_NS;
          default ->
              operation.byWorker ? SOCKET_NS + kernel.dice().below(WORKER_NS_MAX) : SOCKET_NS;
        };
    return kernel.dice().roll(Fault.DELAY) ? latencyNs + kernel.dice().delayNs() : latencyNs;
  }

  /** The errno that the dice want for an operation of this kind; 0 for none. */
  private int injectedError(Kind kind) {
    Dice dice = kernel.dice();
    if (kind == Kind.POLL || kind == Kind.FADVISE) {
      return 0;
    }
    if (dice.roll(Fault.OUT_OF_MEMORY)) {
      return ENOMEM;
    }
    if (dice.roll(Fault.CANCELLED)) {
      return ECANCELED;
    }
    if (kind == Kind.CONNECT) {
      return 0;
    }
    if (dice.roll(Fault.INTERRUPTED)) {
      return EINTR;
    }
    if (dice.roll(Fault.TRY_AGAIN)) {
      return EAGAIN;
    }
    return switch (kind) {
      case ACCEPT, OPEN_AT ->
          !dice.roll(Fault.TOO_MANY_FILES) ? 0 : dice.below(2) == 0 ? EMFILE : ENFILE;
      case RECV -> dice.roll(Fault.CONNECTION_RESET) ? ECONNRESET : 0;
      case SEND ->
          dice.roll(Fault.CONNECTION_RESET) ? ECONNRESET : dice.roll(Fault.BROKEN_PIPE) ? EPIPE : 0;
      default -> 0;
    };
  }
}
