package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.libp2p.tcp.Link;
import io.sluice.routing.libp2p.tcp.Resolver;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Connects to peers: each is dialed once at a time, and only so many at the same time. */
final class Dialer {
  private final HostContext context;
  private final Resolver resolver;
  private final Linker linker;
  private final ConnectionHost host;
  private final List<Dial> active = new ArrayList<>();
  private final ArrayDeque<Dial> waiting = new ArrayDeque<>();

  /** Begins to make links. */
  interface Linker {
    /** A link of which the connection will hear. */
    Link connect(InetSocketAddress address, Connection connection) throws IOException;
  }

  /** Who counts connections, and owns those that have been opened. */
  interface ConnectionHost extends ConnectionListener {
    /** Counts a connection that is about to be made; false when there are too many. */
    boolean isRoomFor(Connection connection);
  }

  Dialer(HostContext context, Resolver resolver, Linker linker, ConnectionHost host) {
    this.context = context;
    this.resolver = resolver;
    this.linker = linker;
    this.host = host;
  }

  Scheduler scheduler() {
    return context.scheduler;
  }

  Resolver resolver() {
    return resolver;
  }

  ConnectionHost host() {
    return host;
  }

  /** Connects; the listener hears of it later. */
  void dial(PeerId peer, List<Multiaddr> addresses, long timeoutNs, ConnectListener listener) {
    Dial existing = peer == null ? null : find(peer);
    if (existing != null) {
      existing.addListener(listener);
      existing.addAddresses(addresses);
      return;
    }
    if (waiting.size() >= HostLimits.DIALS_WAITING) {
      scheduler().execute(() -> listener.onFailed("too many peers wait to be dialed"));
      return;
    }
    Dial dial = new Dial(this, peer, timeoutNs);
    dial.addListener(listener);
    dial.addAddresses(addresses);
    waiting.add(dial);
    scheduler().execute(this::startWaiting);
  }

  private void startWaiting() {
    while (active.size() < HostLimits.DIALS && !waiting.isEmpty()) {
      Dial dial = waiting.poll();
      active.add(dial);
      dial.start();
    }
  }

  private Dial find(PeerId peer) {
    for (Dial dial : active) {
      if (peer.equals(dial.expected())) {
        return dial;
      }
    }
    for (Dial dial : waiting) {
      if (peer.equals(dial.expected())) {
        return dial;
      }
    }
    return null;
  }

  /** A connection that has begun; null when that was not possible. */
  Connection connect(InetSocketAddress address, PeerId expected, ConnectionListener listener) {
    Connection connection = new Connection(context, true, expected, listener);
    if (!host.isRoomFor(connection)) {
      return null;
    }
    try {
      connection.attach(linker.connect(address, connection));
      return connection;
    } catch (IOException | RuntimeException e) {
      connection.close(CloseCause.ENDED, e.getMessage());
      return null;
    }
  }

  /** A peer is connected, however that came. */
  void onPeerConnected(PeerId peer) {
    Dial dial = find(peer);
    if (dial != null) {
      dial.succeed(peer);
    }
  }

  void onEnded(Dial dial) {
    active.remove(dial);
    waiting.remove(dial);
    scheduler().execute(this::startWaiting);
  }

  /** Ends all attempts. */
  void close(String reason) {
    List<Dial> all = new ArrayList<>(active);
    all.addAll(waiting);
    for (Dial dial : all) {
      dial.fail(reason);
    }
  }
}
