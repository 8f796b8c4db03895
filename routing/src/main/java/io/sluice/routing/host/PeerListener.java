package io.sluice.routing.host;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;

/** Hears of the peers that a {@link PeerHost} is connected to. */
public interface PeerListener {
  /**
   * A connected peer has said, or said anew, what it is.
   *
   * @param protocols that it serves
   * @param addresses where it says it listens; never empty, unparsable ones are left out
   */
  void onIdentified(PeerId peer, List<String> protocols, List<Multiaddr> addresses);

  /** The connection to a peer has ended. */
  void onDisconnected(PeerId peer);
}
