package io.sluice.routing.host.memory;

import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.PeerListener;
import io.sluice.routing.host.StreamAcceptor;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A host of a {@link MemoryNetwork}. */
public final class MemoryHost implements PeerHost {
  private final MemoryNetwork network;
  private final PeerId id;
  private final Multiaddr address;
  private final Map<String, StreamAcceptor> acceptors = new LinkedHashMap<>();
  private final Map<PeerId, MemoryConnection> connections = new LinkedHashMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private PeerListener peerListener;
  private boolean listening;
  private boolean vanished;
  private boolean frozen;
  private int connectionsMax = Integer.MAX_VALUE;

  MemoryHost(MemoryNetwork network, PeerId id, Multiaddr address) {
    this.network = network;
    this.id = id;
    this.address = address;
  }

  /** Connections beyond this are refused. */
  public void connectionsMax(int count) {
    connectionsMax = count;
  }

  /** Peers connected. */
  public int connections() {
    return connections.size();
  }

  /** Whether a peer may connect, given what else is going on. */
  boolean isUp() {
    return listening && !vanished;
  }

  boolean isFull() {
    return connections.size() >= connectionsMax;
  }

  boolean hasVanished() {
    return vanished;
  }

  MemoryNetwork network() {
    return network;
  }

  List<String> protocols() {
    return List.copyOf(acceptors.keySet());
  }

  PeerListener peers() {
    return peerListener;
  }

  StreamAcceptor acceptor(String protocol) {
    return acceptors.get(protocol);
  }

  /** Runs what has arrived here, unless nobody is here; when frozen, as soon as it is not. */
  void deliver(Runnable arrival) {
    if (frozen) {
      held.add(arrival);
    } else if (!vanished) {
      arrival.run();
    }
  }

  /** Stops reading and writing without closing anything, as a stopped process does. */
  public void freeze() {
    frozen = true;
  }

  /** Goes on where it stopped. */
  public void thaw() {
    frozen = false;
    List<Runnable> arrived = new ArrayList<>(held);
    held.clear();
    arrived.forEach(Runnable::run);
  }

  /** Is gone without a word, as a machine without power; peers notice after a while. */
  public void vanish() {
    vanished = true;
    network.leave(address, this);
    for (MemoryConnection connection : List.copyOf(connections.values())) {
      network.scheduler.schedule(MemoryNetwork.KEEPALIVE_NS, connection::end);
    }
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public List<Multiaddr> addresses() {
    return listening ? List.of(address) : List.of();
  }

  @Override
  public void handle(String protocol, StreamAcceptor acceptor) {
    acceptors.put(protocol, acceptor);
  }

  @Override
  public void peerListener(PeerListener listener) {
    peerListener = listener;
  }

  @Override
  public void start() throws IOException {
    if (!network.listen(address, this)) {
      throw new IOException("the address is taken; choose another");
    }
    listening = true;
  }

  @Override
  public void connect(
      PeerId peer, List<Multiaddr> addresses, long timeoutNs, ConnectListener listener) {
    if (!isUp()) {
      network.scheduler.execute(() -> listener.onFailed("this host is closed"));
      return;
    }
    if (peer != null && connections.containsKey(peer)) {
      network.scheduler.execute(() -> deliver(() -> listener.onConnected(peer)));
      return;
    }
    MemoryHost there = null;
    for (Multiaddr candidate : addresses) {
      there = there == null ? network.at(candidate) : there;
    }
    if (there == null) {
      // Either nothing listens there, or there is no machine at all; the latter takes long.
      long delayNs = network.random.nextBoolean() ? network.latencyNs() : timeoutNs;
      network.scheduler.schedule(delayNs, () -> deliver(() -> listener.onFailed("no answer")));
      return;
    }
    MemoryHost target = there;
    long latencyNs = network.latencyNs();
    network.scheduler.schedule(
        3 * latencyNs, () -> deliver(() -> connected(peer, target, latencyNs, listener)));
  }

  private void connected(
      PeerId expected, MemoryHost there, long latencyNs, ConnectListener listener) {
    MemoryConnection existing = connections.get(there.id);
    if (existing != null && (expected == null || expected.equals(there.id))) {
      listener.onConnected(there.id);
    } else if (!there.isUp() || there.isFull() || isFull()) {
      listener.onFailed("the connection was refused");
    } else if (there == this) {
      listener.onFailed("this is ourselves");
    } else if (expected != null && !expected.equals(there.id)) {
      listener.onFailed("there is somebody else");
    } else {
      MemoryConnection connection = new MemoryConnection(this, there, latencyNs);
      connections.put(there.id, connection);
      there.connections.put(id, connection);
      connection.identify();
      listener.onConnected(there.id);
    }
  }

  @Override
  public boolean isConnected(PeerId peer) {
    return connections.containsKey(peer);
  }

  @Override
  public Multiaddr remoteAddress(PeerId peer) {
    MemoryConnection connection = connections.get(peer);
    return connection == null ? null : connection.other(this).address;
  }

  @Override
  public void openStream(PeerId peer, String protocol, StreamListener listener) {
    MemoryConnection connection = connections.get(peer);
    if (connection == null) {
      listener.onFailed("there is no connection");
    } else {
      connection.open(this, protocol, listener);
    }
  }

  @Override
  public void disconnect(PeerId peer) {
    MemoryConnection connection = connections.get(peer);
    if (connection != null) {
      connection.end();
    }
  }

  void forget(MemoryConnection connection) {
    PeerId peer = connection.other(this).id;
    if (connections.remove(peer, connection) && !vanished && peerListener != null) {
      deliver(() -> peerListener.onDisconnected(peer));
    }
  }

  @Override
  public void close() {
    listening = false;
    network.leave(address, this);
    for (MemoryConnection connection : List.copyOf(connections.values())) {
      connection.end();
    }
  }
}
