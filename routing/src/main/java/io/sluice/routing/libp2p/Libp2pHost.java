package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.PeerListener;
import io.sluice.routing.host.StreamAcceptor;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.identify.IdentifyMessage;
import io.sluice.routing.libp2p.tcp.Reactor;
import io.sluice.routing.libp2p.tcp.Resolver;
import io.sluice.routing.libp2p.tcp.TcpAcceptor;
import io.sluice.routing.libp2p.tcp.TcpLink;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link PeerHost} that speaks libp2p on TCP: Noise, yamux, identify and its push, ping, and
 * private networks. go-libp2p, js-libp2p and so Spegel are its peers.
 */
public final class Libp2pHost implements PeerHost {
  private static final long ADDRESSES_AGAIN_NS = 60_000_000_000L;

  private final HostContext context;
  private final Reactor reactor;
  private final ConnectionTable connections;
  private final Peers peers;
  private final Resolver resolver;
  private final Dialer dialer;
  private final Identify identify;
  private final Ping ping;
  private final List<TcpAcceptor> acceptors = new ArrayList<>();
  private List<Multiaddr> addresses = List.of();
  private long addressesNs;
  private PeerListener peerListener = new NobodyListens();
  private boolean closed;

  /** A host that does nothing yet, on a reactor that it does not own. */
  public Libp2pHost(HostOptions options, Reactor reactor) {
    this.reactor = reactor;
    connections = new ConnectionTable(options, new Opened());
    context = new HostContext(options, reactor, connections::closeLargest);
    peers = new Peers(options.identity().id());
    resolver = new Resolver(reactor);
    dialer = new Dialer(context, resolver, this::link, connections);
    identify = new Identify(context, this::addresses, this::onIdentified);
    ping = new Ping(context);
  }

  @Override
  public PeerId id() {
    return context.options.identity().id();
  }

  @Override
  public List<Multiaddr> addresses() {
    return addresses;
  }

  @Override
  public void handle(String protocol, StreamAcceptor acceptor) {
    context.protocols.put(protocol, acceptor);
    pushToAll();
  }

  @Override
  public void peerListener(PeerListener listener) {
    peerListener = listener;
  }

  @Override
  public void start() throws IOException {
    for (InetSocketAddress address : context.options.listenAddresses()) {
      acceptors.add(TcpAcceptor.listen(reactor, address, this::onAccepted));
    }
    addresses = LocalAddresses.of(listening());
    addressesNs = context.nowNs();
    context.scheduler.schedule(HostLimits.SWEEP_NS, this::sweep);
  }

  private List<InetSocketAddress> listening() {
    return acceptors.stream().map(TcpAcceptor::local).toList();
  }

  @Override
  public void connect(
      PeerId peer, List<Multiaddr> peerAddresses, long timeoutNs, ConnectListener listener) {
    if (closed) {
      context.scheduler.execute(() -> listener.onFailed("this node ends"));
    } else if (id().equals(peer)) {
      context.scheduler.execute(() -> listener.onFailed("that is this node itself"));
    } else if (peer != null && isConnected(peer)) {
      context.scheduler.execute(() -> listener.onConnected(peer));
    } else {
      dialer.dial(peer, peerAddresses, timeoutNs, listener);
    }
  }

  @Override
  public boolean isConnected(PeerId peer) {
    return peers.get(peer) != null;
  }

  @Override
  public Multiaddr remoteAddress(PeerId peer) {
    Connection connection = peers.get(peer);
    return connection == null ? null : connection.remoteAddress();
  }

  @Override
  public void openStream(PeerId peer, String protocol, StreamListener listener) {
    Connection connection = peers.get(peer);
    if (connection == null) {
      context.scheduler.execute(() -> listener.onFailed("there is no connection to " + peer));
    } else {
      connection.openStream(protocol, connection.peerSays.serves(protocol), listener);
    }
  }

  /** Measures how long a connected peer takes to answer, on the scheduler's thread. */
  public void ping(PeerId peer, PingListener listener) {
    Connection connection = peers.get(peer);
    if (connection == null) {
      context.scheduler.execute(() -> listener.onFailed("there is no connection to " + peer));
    } else {
      ping.ask(connection, listener);
    }
  }

  @Override
  public void disconnect(PeerId peer) {
    for (Connection connection : connections.of(peer)) {
      connection.close(CloseCause.NOT_NEEDED, "this node has disconnected");
    }
  }

  /** Peers that are connected; on the scheduler's thread. */
  public int connectedPeers() {
    return peers.size();
  }

  /** Connections, those in their handshake included; on the scheduler's thread. */
  public int connections() {
    return connections.size();
  }

  /** Bytes of memory that wait in connections, either way; on the scheduler's thread. */
  public long bufferedBytes() {
    return context.budget.used();
  }

  @Override
  public void close() {
    context.scheduler.execute(this::closeAll);
  }

  private void closeAll() {
    if (closed) {
      return;
    }
    closed = true;
    for (TcpAcceptor acceptor : acceptors) {
      acceptor.close();
    }
    dialer.close("this node ends");
    connections.closeAll(CloseCause.SHUTDOWN, "this node ends");
    resolver.close();
  }

  // ---- connections

  private void onAccepted(SocketChannel socket) {
    InetSocketAddress remote = connections.admit(socket, context.nowNs());
    if (remote == null || closed) {
      return;
    }
    Connection connection = new Connection(context, false, null, connections);
    connections.add(connection, remote.getAddress());
    try {
      connection.attach(TcpLink.accepted(reactor, socket, connection.budget(), connection));
    } catch (IOException e) {
      connection.close(CloseCause.ENDED, e.getMessage());
      ConnectionTable.close(socket);
    }
  }

  private TcpLink link(InetSocketAddress address, Connection connection) throws IOException {
    return TcpLink.connect(reactor, address, connection.budget(), connection);
  }

  /** What becomes of connections that have passed their handshake. */
  private final class Opened implements ConnectionListener {
    @Override
    public void onOpened(Connection connection) {
      peers.add(connection);
      identify.ask(connection);
      dialer.onPeerConnected(connection.peer());
    }

    @Override
    public void onClosed(Connection connection, CloseCause cause, String reason) {
      if (peers.remove(connection)) {
        peerListener.onDisconnected(connection.peer());
      }
    }
  }

  private void onIdentified(Connection connection, IdentifyMessage message) {
    PeerSays says = connection.peerSays;
    List<String> protocols = message.protocols();
    if (!protocols.isEmpty()) {
      says.protocols = protocols.stream().filter(context.protocols::has).toList();
    }
    if (!message.addresses().isEmpty()) {
      says.addresses = List.copyOf(message.addresses());
    } else if (says.addresses.isEmpty() && connection.isOutbound()) {
      // It does not say, but there it was found.
      says.addresses = List.of(connection.remoteAddress());
    }
    if (!says.addresses.isEmpty() && isConnected(connection.peer())) {
      peerListener.onIdentified(
          connection.peer(), protocols.isEmpty() ? says.protocols : protocols, says.addresses);
    }
  }

  // ---- time

  private void sweep() {
    if (closed) {
      return;
    }
    long nowNs = context.nowNs();
    connections.sweep(nowNs);
    if (nowNs - addressesNs > ADDRESSES_AGAIN_NS) {
      addressesNs = nowNs;
      List<InetSocketAddress> sockets = listening();
      resolver.run(() -> LocalAddresses.of(sockets), addresses, this::onAddresses);
    }
    context.scheduler.schedule(HostLimits.SWEEP_NS, this::sweep);
  }

  private void onAddresses(List<Multiaddr> found) {
    if (!found.equals(addresses)) {
      addresses = found;
      pushToAll();
    }
  }

  private void pushToAll() {
    for (Connection connection : peers.all()) {
      if (connection.isOpen() && connection.peerSays.serves(Identify.PUSH)) {
        identify.push(connection);
      }
    }
  }

  /** Before somebody does. */
  private static final class NobodyListens implements PeerListener {
    @Override
    public void onIdentified(PeerId peer, List<String> protocols, List<Multiaddr> addresses) {
      // Nobody wants to know.
    }

    @Override
    public void onDisconnected(PeerId peer) {
      // Nobody wants to know.
    }
  }
}
