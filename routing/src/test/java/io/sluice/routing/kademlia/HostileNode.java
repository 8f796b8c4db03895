package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.memory.Ignored;
import io.sluice.routing.host.memory.MemoryHost;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A peer that speaks the protocol and means harm. */
final class HostileNode {
  private static final int FIRST_NUMBER = 1_000_000;
  private static final int INVENTED = 400;
  private static final int NAMED = 20;

  private final MemoryHost host;
  private final Harm harm;

  /** What it does when it is asked. */
  enum Harm {
    /** Names peers that are nearer than all others and do not exist. */
    INVENTS_PEERS,

    /** Never answers. */
    KEEPS_SILENT,

    /** Answers with a message that does not end. */
    ANSWERS_ENDLESSLY,

    /** Answers with noise. */
    ANSWERS_NOISE
  }

  /** A peer that does not exist. */
  private record Invented(PeerId id, Position position, Multiaddr address) {}

  HostileNode(SimulatedNetwork network, int number, Harm harm) {
    this.harm = harm;
    host = network.network.host(Peers.id(FIRST_NUMBER + number), Peers.address(500_000 + number));
    host.handle(KademliaSettings.defaults().protocol(), peer -> new Served());
    try {
      host.start();
    } catch (IOException taken) {
      throw new UncheckedIOException(taken);
    }
  }

  PeerId id() {
    return host.id();
  }

  void connect(SimulatedNetwork.Node node) {
    host.connect(node.id(), node.host().addresses(), 5_000_000_000L, new Ignored());
  }

  /** Sends bytes to a node on a stream of its own. */
  void send(SimulatedNetwork.Node node, ByteBuffer... messages) {
    host.openStream(
        node.id(),
        KademliaSettings.defaults().protocol(),
        new Quiet() {
          @Override
          public void onOpen(PeerStream stream) {
            for (ByteBuffer message : messages) {
              stream.send(message);
            }
          }
        });
  }

  private KademliaMessage lie(KademliaMessage question) {
    Position target = Position.of(question.key());
    List<Invented> invented = new ArrayList<>();
    for (int i = 0; i < INVENTED; i++) {
      int number = FIRST_NUMBER * 2 + target.hashCode() % 1000 * INVENTED + i;
      PeerId id = Peers.id(number);
      invented.add(new Invented(id, Position.of(id), Peers.address(number & 0xffffff)));
    }
    invented.sort((one, other) -> target.compareDistance(one.position(), other.position()));
    List<PeerRecord> named =
        invented.stream()
            .limit(NAMED)
            .map(each -> new PeerRecord(each.id(), List.of(each.address())))
            .toList();
    return new KademliaMessage(question.type(), question.key(), named, List.of());
  }

  private final class Served extends AskedStream {
    @Override
    void onQuestion(KademliaMessage question) {
      switch (harm) {
        case INVENTS_PEERS -> stream.send(MessageCodec.encode(lie(question)));
        case ANSWERS_ENDLESSLY -> {
          stream.send(ByteBuffer.wrap(new byte[] {-1, -1, -1, 1}));
          stream.send(ByteBuffer.allocate(300_000));
        }
        case ANSWERS_NOISE -> stream.send(ByteBuffer.wrap(new byte[] {5, 8, 3, 99, -1, -1}));
        case KEEPS_SILENT -> {}
      }
    }
  }
}
