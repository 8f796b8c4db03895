package io.sluice.routing.libp2p;

import io.sluice.routing.multiformat.Multiaddr;
import java.util.List;

/** What a connected peer has last said of itself, as far as it is needed later. */
final class PeerSays {
  /** Protocols that it serves, of those that this node serves as well; others come and go. */
  List<String> protocols = List.of();

  /** Where it listens. */
  List<Multiaddr> addresses = List.of();

  /** Whether a push is being read; a second one at the same time is refused. */
  boolean pushing;

  boolean serves(String protocol) {
    return protocols.contains(protocol);
  }
}
