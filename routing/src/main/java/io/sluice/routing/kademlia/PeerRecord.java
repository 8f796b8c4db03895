package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;

/** A peer, and where it is said to listen. */
public record PeerRecord(PeerId id, List<Multiaddr> addresses) {
  /** Takes a copy of the addresses. */
  public PeerRecord {
    addresses = List.copyOf(addresses);
  }
}
