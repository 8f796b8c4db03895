package io.sluice.routing.kademlia;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;

/** What a lookup needs of the node it runs on, and what it tells it. */
interface KademliaNetwork {
  KademliaSettings settings();

  Scheduler scheduler();

  PeerId self();

  RoutingTable table();

  PeerCalls calls();

  /** Whether this node itself advertises the key at this position. */
  boolean advertises(Position key);

  /**
   * How good a provider a peer is likely to be; less is better: one that is alive and in our zone,
   * one that is alive, one of which that is not known.
   */
  int rank(PeerId peer);

  /** Whether there is a connection to a peer. */
  boolean isConnected(PeerId peer);

  /** The best that is known: where the peer itself says it listens, or else {@code heard}. */
  List<Multiaddr> addressesOf(PeerId peer, List<Multiaddr> heard);

  /** A peer has answered a question. */
  void answered(PeerId peer, Position position, List<Multiaddr> addresses);

  /** A peer could not be reached, or has not answered in time. */
  void failed(PeerId peer);

  /** A peer has been named in an answer. */
  void heardOf(PeerRecord peer, Position position);
}
