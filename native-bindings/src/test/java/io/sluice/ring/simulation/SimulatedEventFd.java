package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EAGAIN;
import static io.sluice.ring.simulation.KernelConstants.EINVAL;
import static io.sluice.ring.simulation.KernelConstants.POLLIN;
import static io.sluice.ring.simulation.KernelConstants.POLLOUT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/** A counter that wakes a loop ({@code eventfd(2)}). */
final class SimulatedEventFd extends FileDescription {
  private long counter;

  SimulatedEventFd(SimulatedKernel kernel) {
    super(kernel);
  }

  @Override
  String noun() {
    return "an eventfd";
  }

  @Override
  int execute(PendingOperation operation) {
    return switch (operation.kind) {
      case READ -> read(operation);
      case WRITE -> write(operation);
      default -> super.execute(operation);
    };
  }

  @Override
  int pollEvents() {
    return counter > 0 ? POLLIN | POLLOUT : POLLOUT;
  }

  /** Adds {@code value} and wakes readers. */
  void add(long value) {
    counter += value;
    wake();
  }

  private int read(PendingOperation operation) {
    if (operation.length < Long.BYTES) {
      return -EINVAL;
    }
    if (counter == 0) {
      return WOULD_BLOCK;
    }
    operation.memory().set(JAVA_LONG_UNALIGNED, 0, counter);
    counter = 0;
    return Long.BYTES;
  }

  private int write(PendingOperation operation) {
    if (operation.length < Long.BYTES) {
      return -EINVAL;
    }
    long value = operation.memory().get(JAVA_LONG_UNALIGNED, 0);
    if (value < 0 || counter + value < 0) {
      return value == -1 ? -EINVAL : -EAGAIN;
    }
    add(value);
    return Long.BYTES;
  }

  @Override
  void onReleased() {}
}
