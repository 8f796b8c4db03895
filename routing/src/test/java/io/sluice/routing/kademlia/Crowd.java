package io.sluice.routing.kademlia;

import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.HostOptions;
import io.sluice.routing.libp2p.Libp2pHost;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.tcp.Reactor;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A process full of peers on real connections, which answer and do not ask. All connect to one
 * node, and tell it what they have: {@code Crowd ADDRESS PEERS KEYS_PER_PEER}. With each line it
 * reads, two numbers, it goes on replacing so many per second by such that tell so many keys. Ends
 * with its standard input.
 */
public final class Crowd {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long TELL_AFTER_NS = SECOND_NS;
  private static final long LOOK_NS = 3 * SECOND_NS;
  private static final long BETWEEN_MS = 50;

  private final Reactor reactor;
  private final Multiaddr target;
  private int keysPerPeer;
  private final Deque<Libp2pHost> members = new ArrayDeque<>();
  private PeerRecord targetRecord;
  private int created;
  private int replacedPerSecond;

  private Crowd(Multiaddr target, int keysPerPeer) throws IOException {
    this.reactor = Reactor.start("crowd");
    this.target = target;
    this.keysPerPeer = keysPerPeer;
  }

  /** Begins, and goes on until there is nothing more to read. */
  public static void main(String[] arguments) throws Exception {
    Multiaddr target = Multiaddr.parse(arguments[0]);
    Crowd crowd = new Crowd(target, Integer.parseInt(arguments[2]));
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      crowd.reactor.execute(crowd::add);
      // More at once would be refused, as they should be.
      Thread.sleep(BETWEEN_MS);
    }
    System.out.println("READY");
    crowd.reactor.execute(crowd::churn);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      crowd.reactor.execute(
          () -> {
            crowd.replacedPerSecond = Integer.parseInt(words[0]);
            crowd.keysPerPeer = Integer.parseInt(words[1]);
          });
    }
  }

  private void churn() {
    for (int i = 0; i < replacedPerSecond; i++) {
      members.pollFirst().close();
      add();
    }
    reactor.schedule(SECOND_NS, this::churn);
  }

  private void add() {
    int number = created++;
    String ip = "127.0." + (1 + number / 200 % 200) + "." + (1 + number % 200);
    HostOptions options =
        HostOptions.of(Identity.generate())
            .withListenAddresses(List.of(new InetSocketAddress(ip, 0)))
            .withConnectionsPerAddress(1000);
    Libp2pHost host = new Libp2pHost(options, reactor);
    host.handle(KademliaSettings.defaults().protocol(), peer -> new Answers());
    try {
      host.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    members.addLast(host);
    connect(host, number);
  }

  private void connect(Libp2pHost host, int number) {
    if (members.contains(host)) {
      host.connect(null, List.of(target), 10 * SECOND_NS, new Telling(host, number));
    }
  }

  /** Tells the target what a peer has, as soon as they are connected. */
  private final class Telling implements ConnectListener {
    private final Libp2pHost host;
    private final int number;

    Telling(Libp2pHost host, int number) {
      this.host = host;
      this.number = number;
    }

    @Override
    public void onConnected(PeerId peer) {
      targetRecord = new PeerRecord(peer, List.of(target));
      reactor.schedule(TELL_AFTER_NS, () -> tell(peer));
      reactor.schedule(LOOK_NS, () -> look(peer));
    }

    /** A busy target may close what is open for this side. */
    private void look(PeerId peer) {
      if (!host.isConnected(peer)) {
        connect(host, number);
      } else if (members.contains(host)) {
        reactor.schedule(LOOK_NS, () -> look(peer));
      }
    }

    @Override
    public void onFailed(String reason) {
      // The target is busy, or this machine is.
      System.err.println(reason);
      reactor.schedule(SECOND_NS, () -> connect(host, number));
    }

    private void tell(PeerId peer) {
      StreamListener telling =
          new Quiet() {
            @Override
            public void onOpen(PeerStream stream) {
              List<PeerRecord> self = List.of(new PeerRecord(host.id(), host.addresses()));
              for (int i = 0; i < keysPerPeer; i++) {
                byte[] key = ContentKey.of("key " + i + " of " + number).toBytes();
                stream.send(
                    MessageCodec.encode(
                        new KademliaMessage(MessageType.ADD_PROVIDER, key, List.of(), self)));
              }
              stream.closeWrite();
            }
          };
      host.openStream(peer, KademliaSettings.defaults().protocol(), telling);
    }
  }

  /** Answers every question with the one peer that it knows. */
  private final class Answers extends AskedStream {
    @Override
    void onQuestion(KademliaMessage question) {
      List<PeerRecord> closer = List.of(targetRecord);
      stream.send(
          MessageCodec.encode(
              new KademliaMessage(question.type(), question.key(), closer, List.of())));
    }

    @Override
    public void onEnd() {
      stream.closeWrite();
    }
  }
}
