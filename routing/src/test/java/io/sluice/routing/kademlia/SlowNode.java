package io.sluice.routing.kademlia;

import io.sluice.routing.host.memory.Ignored;
import io.sluice.routing.host.memory.MemoryHost;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A peer with next to no CPU, which has whatever it is asked for: it answers one question after the
 * other, and takes its time for each.
 */
final class SlowNode {
  private static final int NUMBER = 2_000_000;

  private final SimulatedNetwork network;
  private final MemoryHost host;
  private final long answerNs;
  private long busyUntilNs;

  SlowNode(SimulatedNetwork network, long answerNs) {
    this.network = network;
    this.answerNs = answerNs;
    host = network.network.host(Peers.id(NUMBER), Peers.address(900_000));
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
    host.connect(node.id(), node.host().addresses(), SimulatedNetwork.SECOND_NS, new Ignored());
  }

  private final class Served extends AskedStream {
    @Override
    void onQuestion(KademliaMessage question) {
      List<PeerRecord> providers =
          question.type() == MessageType.GET_PROVIDERS
              ? List.of(new PeerRecord(host.id(), host.addresses()))
              : List.of();
      ByteBuffer answer =
          MessageCodec.encode(
              new KademliaMessage(question.type(), question.key(), List.of(), providers));
      long nowNs = network.scheduler.nowNs();
      busyUntilNs = Math.max(busyUntilNs, nowNs) + answerNs;
      network.scheduler.schedule(busyUntilNs - nowNs, () -> stream.send(answer));
    }
  }
}
