package io.sluice.routing.host;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;

/** Hears what a host does, for a log and for metrics. Called on the scheduler's thread. */
public interface HostEvents {
  /** One that hears nothing. */
  HostEvents NONE = new HostEvents() {};

  /** A connection has passed its handshake. */
  default void onOpened(PeerId peer, Multiaddr address) {}

  /**
   * A connection has ended.
   *
   * @param peer null when it had not passed its handshake
   * @param reason in words
   */
  default void onClosed(PeerId peer, Multiaddr address, CloseCause cause, String reason) {}
}
