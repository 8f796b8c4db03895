package io.sluice.routing.bootstrap;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;

/**
 * A peer to begin with.
 *
 * @param id null when it is not known, and is learnt by connecting
 * @param addresses those that end after the IP address are at the port that this node listens on
 */
public record BootstrapPeer(PeerId id, List<Multiaddr> addresses) {
  /** Takes a copy of the addresses. */
  public BootstrapPeer {
    addresses = List.copyOf(addresses);
  }
}
