package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.PeerListener;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.tcp.Reactor;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A real host on loopback, asked from a test's thread. */
final class TestNode implements AutoCloseable, HostEvents, PeerListener {
  static final String ECHO = "/echo/1.0.0";

  private static final long PATIENCE_SECONDS = 30;

  final Reactor reactor;
  final Libp2pHost host;
  final BlockingQueue<Identified> identified = new LinkedBlockingQueue<>();
  final BlockingQueue<PeerId> disconnected = new LinkedBlockingQueue<>();
  final BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
  final ConcurrentLinkedQueue<PeerId> opened = new ConcurrentLinkedQueue<>();

  record Identified(PeerId peer, List<String> protocols, List<Multiaddr> addresses) {}

  record Closed(PeerId peer, CloseCause cause, String reason) {}

  private TestNode(UnaryOperator<HostOptions> choice) throws Exception {
    reactor = Reactor.start("test-node");
    HostOptions options =
        HostOptions.of(Identity.generate())
            .withListenAddresses(List.of(new InetSocketAddress("127.0.0.1", 0)))
            .withConnectionsPerAddress(1000)
            .withEvents(this);
    host = new Libp2pHost(choice.apply(options), reactor);
    call(
        () -> {
          host.peerListener(this);
          host.handle(ECHO, peer -> new Echo());
          host.start();
          return null;
        });
  }

  static TestNode start() throws Exception {
    return new TestNode(options -> options);
  }

  static TestNode start(UnaryOperator<HostOptions> choice) throws Exception {
    return new TestNode(choice);
  }

  <T> T call(Callable<T> work) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    reactor.execute(
        () -> {
          try {
            result.complete(work.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return await(result);
  }

  static <T> T await(CompletableFuture<T> result) throws Exception {
    return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static <T> T await(BlockingQueue<T> queue) throws Exception {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new IOException("nothing happened");
    }
    return next;
  }

  PeerId id() {
    return host.id();
  }

  List<Multiaddr> addresses() throws Exception {
    return call(host::addresses);
  }

  PeerId connect(PeerId peer, List<Multiaddr> addresses) throws Exception {
    return await(connectLater(peer, addresses));
  }

  PeerId connect(TestNode other) throws Exception {
    return connect(other.id(), other.addresses());
  }

  CompletableFuture<PeerId> connectLater(PeerId peer, List<Multiaddr> addresses) {
    return connectLater(peer, addresses, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
  }

  CompletableFuture<PeerId> connectLater(PeerId peer, List<Multiaddr> addresses, long timeoutNs) {
    CompletableFuture<PeerId> result = new CompletableFuture<>();
    ConnectListener listener =
        new ConnectListener() {
          @Override
          public void onConnected(PeerId connected) {
            result.complete(connected);
          }

          @Override
          public void onFailed(String reason) {
            result.completeExceptionally(new IOException(reason));
          }
        };
    reactor.execute(() -> host.connect(peer, addresses, timeoutNs, listener));
    return result;
  }

  /** Opens a stream, sends, ends, and gives all that comes back. */
  byte[] exchange(PeerId peer, String protocol, byte[] request) throws Exception {
    Exchange exchange = new Exchange(request);
    open(peer, protocol, exchange);
    return await(exchange.answer());
  }

  void open(PeerId peer, String protocol, StreamListener listener) {
    reactor.execute(() -> host.openStream(peer, protocol, listener));
  }

  long ping(PeerId peer) throws Exception {
    CompletableFuture<Long> result = new CompletableFuture<>();
    PingListener listener =
        new PingListener() {
          @Override
          public void onAnswer(long roundTripNs) {
            result.complete(roundTripNs);
          }

          @Override
          public void onFailed(String reason) {
            result.completeExceptionally(new IOException(reason));
          }
        };
    reactor.execute(() -> host.ping(peer, listener));
    return await(result);
  }

  @Override
  public void onIdentified(PeerId peer, List<String> protocols, List<Multiaddr> addresses) {
    identified.add(new Identified(peer, protocols, addresses));
  }

  @Override
  public void onDisconnected(PeerId peer) {
    disconnected.add(peer);
  }

  @Override
  public void onOpened(PeerId peer, Multiaddr address) {
    opened.add(peer);
  }

  @Override
  public void onClosed(PeerId peer, Multiaddr address, CloseCause cause, String reason) {
    closed.add(new Closed(peer, cause, reason));
  }

  @Override
  public void close() {
    host.close();
    reactor.close();
  }
}
