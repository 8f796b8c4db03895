package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.HostOptions;
import io.sluice.routing.libp2p.Libp2pHost;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.tcp.Reactor;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A process full of real nodes that all connect to one other, and tell it what they have: {@code
 * Crowd ADDRESS NODES KEYS_PER_NODE REPLACED_PER_SECOND}. Ends with its standard input.
 */
public final class Crowd {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long TELL_AFTER_NS = 2 * SECOND_NS;

  private final Reactor reactor;
  private final Multiaddr target;
  private final int keysPerNode;
  private final Deque<Member> members = new ArrayDeque<>();
  private int created;

  private record Member(Libp2pHost host, Kademlia kademlia) {}

  private Crowd(Multiaddr target, int keysPerNode) throws Exception {
    this.reactor = Reactor.start("crowd");
    this.target = target;
    this.keysPerNode = keysPerNode;
  }

  /** Begins, and goes on until there is nothing more to read. */
  public static void main(String[] arguments) throws Exception {
    Multiaddr target = Multiaddr.parse(arguments[0]);
    int nodes = Integer.parseInt(arguments[1]);
    Crowd crowd = new Crowd(target, Integer.parseInt(arguments[2]));
    int replaced = Integer.parseInt(arguments[3]);
    for (int i = 0; i < nodes; i++) {
      crowd.reactor.execute(crowd::add);
      // Handshakes in a burst are refused, as they should be.
      Thread.sleep(150);
    }
    System.out.println("READY");
    if (replaced > 0) {
      crowd.reactor.execute(() -> crowd.churn(SECOND_NS / replaced));
    }
    while (System.in.read() >= 0) {
      // Not over yet.
    }
  }

  private void churn(long intervalNs) {
    Member gone = members.pollFirst();
    gone.kademlia().close();
    gone.host().close();
    add();
    reactor.schedule(intervalNs, () -> churn(intervalNs));
  }

  private void add() {
    int number = created++;
    try {
      InetSocketAddress listen =
          new InetSocketAddress("127.0." + (1 + number / 200 % 200) + "." + (1 + number % 200), 0);
      HostOptions options =
          HostOptions.of(Identity.generate())
              .withListenAddresses(List.of(listen))
              .withConnectionsPerAddress(1000);
      Libp2pHost host = new Libp2pHost(options, reactor);
      Kademlia kademlia = new Kademlia(host, reactor, KademliaSettings.defaults(), number);
      host.start();
      kademlia.start();
      members.addLast(new Member(host, kademlia));
      host.connect(null, List.of(target), 10 * SECOND_NS, new Telling(host, number));
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  /** Tells the target what a node has, as soon as they are connected. */
  private final class Telling implements io.sluice.routing.host.ConnectListener {
    private final Libp2pHost host;
    private final int number;

    Telling(Libp2pHost host, int number) {
      this.host = host;
      this.number = number;
    }

    @Override
    public void onConnected(PeerId peer) {
      reactor.schedule(TELL_AFTER_NS, () -> tell(peer));
    }

    @Override
    public void onFailed(String reason) {
      System.err.println(reason);
    }

    private void tell(PeerId peer) {
      host.openStream(
          peer,
          KademliaSettings.defaults().protocol(),
          new StreamListener() {
            @Override
            public void onOpen(PeerStream stream) {
              List<PeerRecord> self = List.of(new PeerRecord(host.id(), host.addresses()));
              for (int i = 0; i < keysPerNode; i++) {
                byte[] key = ContentKey.of("key " + i + " of " + number).toBytes();
                stream.send(
                    MessageCodec.encode(
                        new KademliaMessage(MessageType.ADD_PROVIDER, key, List.of(), self)));
              }
              stream.closeWrite();
            }

            @Override
            public void onData(ByteBuffer bytes) {}

            @Override
            public void onEnd() {}

            @Override
            public void onFailed(String reason) {
              System.err.println(reason);
            }
          });
    }
  }
}
