package io.sluice.ring.simulation;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client of the code under test. Made by {@link SimulatedKernel#newClient}. */
public final class SimulatedClient extends RemoteEnd {
  /** When the backlog is full the SYN is dropped and sent again after this time. */
  private static final long CONNECT_RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final SimulatedListener listener;

  SimulatedClient(SimulatedKernel kernel, SimulatedListener listener, ClientReader reader) {
    super(kernel, reader);
    this.listener = listener;
  }

  /**
   * Connects. What was given to send before is sent when the connection stands. A closed listener
   * refuses, which shows as {@link ClientReader#onReset}.
   */
  public SimulatedClient connect() {
    kernel().after(SimulatedKernel.NETWORK_NS, this::arrive);
    return this;
  }

  /** Lets {@code step} happen at the virtual time {@code timeNs}. */
  public SimulatedClient at(long timeNs, Consumer<SimulatedClient> step) {
    kernel().at(timeNs, () -> step.accept(this));
    return this;
  }

  private void arrive() {
    if (listener.isClosed()) {
      onReset();
    } else if (listener.isFull()) {
      kernel().after(CONNECT_RETRY_NS, this::arrive);
    } else {
      connected(listener.enqueue(this));
    }
  }
}
