package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections that have passed their handshakes: one to each peer, and for a short time a
 * second one, on which streams that are under way may end.
 */
final class Peers {
  private final PeerId self;
  private final Map<PeerId, Connection> first = new HashMap<>();
  private final Map<PeerId, Connection> second = new HashMap<>();

  Peers(PeerId self) {
    this.self = self;
  }

  int size() {
    return first.size();
  }

  /** The connection to a peer, or null. */
  Connection get(PeerId peer) {
    Connection connection = first.get(peer);
    return connection != null && connection.isOpen() ? connection : null;
  }

  /** A copy of the first connections. */
  List<Connection> all() {
    return new ArrayList<>(first.values());
  }

  /**
   * Takes a new connection.
   *
   * @return whether the peer was not connected before
   */
  boolean add(Connection connection) {
    PeerId peer = connection.peer();
    Connection existing = get(peer);
    if (existing == null) {
      first.put(peer, connection);
      return true;
    }
    Connection loser = isBetter(connection, existing) ? existing : connection;
    first.put(peer, loser == existing ? connection : existing);
    loser.second = true;
    Connection third = second.put(peer, loser);
    if (third != null && third != loser) {
      third.close(CloseCause.SECOND, "there are two newer connections to this peer");
    }
    return false;
  }

  /**
   * Both sides have to judge the same. Of two that were dialed simultaneously, that of the smaller
   * id stays; otherwise the newer one, as its dialer must have lost the other.
   */
  private boolean isBetter(Connection candidate, Connection existing) {
    long apartNs = candidate.times().openedNs() - existing.times().openedNs();
    if (candidate.isOutbound() == existing.isOutbound()
        || Math.abs(apartNs) > HostLimits.SIMULTANEOUS_NS) {
      return true;
    }
    boolean ownIsSmaller = Arrays.compareUnsigned(self.toBytes(), candidate.peer().toBytes()) < 0;
    return candidate.isOutbound() == ownIsSmaller;
  }

  /**
   * Forgets a connection that has ended. If there is a second one, that is the first from now on.
   *
   * @return whether the peer is not connected any more
   */
  boolean remove(Connection connection) {
    PeerId peer = connection.peer();
    if (second.remove(peer, connection)) {
      return false;
    }
    if (!first.remove(peer, connection)) {
      return false;
    }
    Connection spare = second.remove(peer);
    if (spare == null || !spare.isOpen()) {
      return true;
    }
    spare.second = false;
    first.put(peer, spare);
    return false;
  }
}
