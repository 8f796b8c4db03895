package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All connections of a host, from their first byte to their end, and how many there may be. */
final class ConnectionTable implements Dialer.ConnectionHost {
  private final HostOptions options;
  private final ConnectionListener opened;
  private final Admission admission;

  /**
   * With the address that each inbound one is counted for, null for outbound ones; oldest first.
   */
  private final Map<Connection, InetAddress> all = new LinkedHashMap<>();

  private int handshakes;

  /**
   * An empty table.
   *
   * @param opened hears of those that pass their handshake
   */
  ConnectionTable(HostOptions options, ConnectionListener opened) {
    this.options = options;
    this.opened = opened;
    admission = new Admission(options.connectionsPerAddress(), options.handshakeBurst());
  }

  int size() {
    return all.size();
  }

  /** The connections to one peer. */
  List<Connection> of(PeerId peer) {
    List<Connection> found = new ArrayList<>(2);
    for (Connection connection : all.keySet()) {
      if (peer.equals(connection.peer())) {
        found.add(connection);
      }
    }
    return found;
  }

  /**
   * Judges a connection that has been accepted, and closes it if there are too many.
   *
   * @return where it comes from; null when it is closed
   */
  InetSocketAddress admit(SocketChannel socket, long nowNs) {
    InetSocketAddress remote;
    try {
      remote = (InetSocketAddress) socket.getRemoteAddress();
    } catch (IOException e) {
      close(socket);
      return null;
    }
    String refusal =
        all.size() >= HostLimits.CONNECTIONS
            ? "there are " + HostLimits.CONNECTIONS + " connections already"
            : admission.admit(remote.getAddress(), nowNs);
    if (refusal != null) {
      close(socket);
      options.events().onClosed(null, Multiaddr.ofTcp(remote), CloseCause.REFUSED, refusal);
      return null;
    }
    return remote;
  }

  /**
   * Counts an inbound connection that has been admitted. If too many are in their handshake, the
   * oldest of them has to go: it is the one that is least likely to be honest.
   */
  void add(Connection connection, InetAddress remote) {
    if (handshakes >= HostLimits.HANDSHAKES_PENDING) {
      closeOldestHandshake();
    }
    all.put(connection, remote);
    handshakes++;
  }

  private void closeOldestHandshake() {
    for (Connection connection : all.keySet()) {
      if (!connection.isOutbound() && !connection.wasOpened() && !connection.isClosed()) {
        connection.close(
            CloseCause.LIMIT,
            "there are " + HostLimits.HANDSHAKES_PENDING + " newer handshakes under way");
        return;
      }
    }
  }

  @Override
  public boolean isRoomFor(Connection connection) {
    if (all.size() >= HostLimits.CONNECTIONS) {
      return false;
    }
    all.put(connection, null);
    return true;
  }

  @Override
  public void onOpened(Connection connection) {
    if (!connection.isOutbound()) {
      handshakes--;
    }
    options.events().onOpened(connection.peer(), connection.remoteAddress());
    opened.onOpened(connection);
  }

  @Override
  public void onClosed(Connection connection, CloseCause cause, String reason) {
    InetAddress counted = all.remove(connection);
    if (counted != null) {
      admission.release(counted);
    }
    if (!connection.wasOpened() && !connection.isOutbound()) {
      handshakes--;
    }
    if (connection.remoteAddress() != null) {
      options.events().onClosed(connection.peer(), connection.remoteAddress(), cause, reason);
    }
    if (connection.wasOpened()) {
      opened.onClosed(connection, cause, reason);
    }
  }

  /** Closes what has taken too long, and what is not used when there are too many. */
  void sweep(long nowNs) {
    List<Connection> unused = new ArrayList<>();
    for (Connection connection : new ArrayList<>(all.keySet())) {
      connection.sweep(nowNs);
      if (connection.isOpen()
          && connection.streams() == 0
          && nowNs - connection.times().usedNs() > HostLimits.UNUSED_NS) {
        unused.add(connection);
      }
    }
    int tooMany = Math.min(all.size() - HostLimits.CONNECTIONS_KEPT, unused.size());
    if (tooMany > 0) {
      unused.sort(Comparator.comparingLong(connection -> connection.times().usedNs()));
      for (Connection connection : unused.subList(0, tooMany)) {
        connection.close(CloseCause.NOT_NEEDED, "there are too many connections");
      }
    }
  }

  /** Closes the connection that has most memory. */
  void closeLargest() {
    Connection largest = null;
    for (Connection connection : all.keySet()) {
      if (!connection.isClosed()
          && (largest == null || connection.budget().used() > largest.budget().used())) {
        largest = connection;
      }
    }
    if (largest != null) {
      largest.close(CloseCause.LIMIT, "memory is exhausted, and this connection has most of it");
    }
  }

  void closeAll(CloseCause cause, String reason) {
    for (Connection connection : new ArrayList<>(all.keySet())) {
      connection.close(cause, reason);
    }
  }

  static void close(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing left to be lost.
    }
  }
}
