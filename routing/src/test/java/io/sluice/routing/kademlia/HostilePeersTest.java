package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.kademlia.HostileNode.Harm;
import io.sluice.routing.kademlia.SimulatedNetwork.Found;
import io.sluice.routing.kademlia.SimulatedNetwork.Node;
import io.sluice.routing.multiformat.ProtobufWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostilePeersTest {
  private static final int NODES = 200;
  private static final int LOOKUPS = 400;

  private final long seed = Long.getLong("sluice.seed", System.nanoTime());
  private final SimulatedNetwork network = new SimulatedNetwork(seed, KademliaSettings.defaults());

  /** A fifth of all nodes is hostile, and known to everybody. */
  @ParameterizedTest
  @EnumSource(Harm.class)
  void lookupsSucceedAmongHostilePeers(Harm harm) {
    Node first = network.add();
    for (int i = 1; i < NODES; i++) {
      network.join(first, network.any());
      if (i % 4 == 0) {
        HostileNode hostile = new HostileNode(network, i, harm);
        for (int j = 0; j < 10; j++) {
          hostile.connect(network.any());
        }
      }
      network.run(1);
    }
    for (Node node : network.nodes) {
      node.kademlia().advertise(ContentKeys.of("key " + node.number()));
    }
    network.run(60);
    int found = 0;
    long askedBefore = asked();
    for (int i = 0; i < LOOKUPS; i++) {
      Node asker = network.any();
      Node provider = network.any();
      Found result = network.find(asker, ContentKey.of("key " + provider.number()), 1);
      boolean hasIt = result.providers.stream().anyMatch(each -> each.id().equals(provider.id()));
      found += hasIt || asker == provider ? 1 : 0;
    }
    String seen = found + " of " + LOOKUPS + " found, seed " + seed;
    assertTrue(found >= LOOKUPS * 99 / 100, seen);
    assertTrue(asked() - askedBefore < 200L * LOOKUPS, "questions asked; " + seen);
  }

  private long asked() {
    return network.nodes.stream()
        .mapToLong(node -> node.kademlia().counts().questionsAsked())
        .sum();
  }

  @Test
  void recordsForOthersAreNotTaken() {
    Node node = network.add();
    HostileNode hostile = connected(node);
    hostile.send(node, addProvider(0, Peers.record(77)));
    network.run(1);
    assertEquals(0, node.kademlia().counts().records());
    assertEquals(1, node.kademlia().counts().refused());
    hostile.send(node, addProvider(0, new PeerRecord(hostile.id(), List.of())));
    network.run(1);
    assertEquals(0, node.kademlia().counts().records(), "nor such that say nowhere");
  }

  @Test
  void aFloodOfRecordsStopsAtTheLimitOfAPeerAndOthersAreServed() {
    Node node = network.add();
    Node honest = network.join(node);
    network.run(5);
    honest.kademlia().advertise(ContentKeys.of("honest"));
    network.run(5);
    HostileNode hostile = connected(node);
    PeerRecord self = new PeerRecord(hostile.id(), List.of(Peers.address(9)));
    int sent = KademliaLimits.RECORDS_PER_PEER + 10_000;
    for (int i = 0; i < sent; i += 5000) {
      ByteBuffer[] messages = new ByteBuffer[5000];
      for (int j = 0; j < messages.length; j++) {
        messages[j] = addProvider(i + j, self);
      }
      hostile.send(node, messages);
      network.run(1);
    }
    assertEquals(KademliaLimits.RECORDS_PER_PEER + 1, node.kademlia().counts().records());
    Found found = network.find(node, ContentKey.of("honest"), 1);
    assertEquals(List.of(honest.id()), found.providers.stream().map(PeerRecord::id).toList());
    network.run(1);
    assertTrue(node.kademlia().counts().refused() >= 5000);
  }

  @Test
  void messagesThatAreTooLongOrMakeNoSenseCostTheStream() {
    Node node = network.add();
    HostileNode hostile = connected(node);
    hostile.send(node, ByteBuffer.wrap(new byte[] {-1, -1, 1, 0}));
    hostile.send(node, ByteBuffer.wrap(new byte[] {3, 8, 99, 0}));
    hostile.send(node, new ProtobufWriter().number(1, 1).bytes(2, new byte[3]).toDelimited());
    hostile.send(node, new ProtobufWriter().number(1, 4).toDelimited());
    hostile.send(node, new ProtobufWriter().number(1, 3).bytes(2, new byte[81]).toDelimited());
    network.run(1);
    assertEquals(5, node.kademlia().counts().refused());
    assertEquals(0, node.kademlia().counts().questionsAnswered());
    hostile.send(node, new ProtobufWriter().number(1, 3).bytes(2, new byte[80]).toDelimited());
    network.run(1);
    assertEquals(1, node.kademlia().counts().questionsAnswered(), "the longest key there is");
  }

  @Test
  void whoAsksTooMuchLosesItsStreamsAndMayAskAgainLater() {
    Node node = network.add();
    HostileNode hostile = connected(node);
    ByteBuffer[] questions = new ByteBuffer[KademliaLimits.QUESTIONS_BURST + 100];
    for (int i = 0; i < questions.length; i++) {
      questions[i] = MessageCodec.encode(KademliaMessage.ping());
    }
    hostile.send(node, questions);
    network.scheduler.runFor(20_000_000L);
    long answered = node.kademlia().counts().questionsAnswered();
    assertTrue(answered >= KademliaLimits.QUESTIONS_BURST, answered + " answered");
    assertTrue(answered < questions.length, answered + " answered");
    network.run(1);
    hostile.send(node, MessageCodec.encode(KademliaMessage.ping()));
    network.run(1);
    assertEquals(answered + 1, node.kademlia().counts().questionsAnswered());
  }

  @Test
  void streamsToAskUsAreLimitedAndClosedWhenIdle() {
    Node node = network.add();
    HostileNode hostile = connected(node);
    for (int i = 0; i < KademliaLimits.STREAMS_SERVED_PER_PEER + 3; i++) {
      hostile.send(node);
    }
    network.run(1);
    assertEquals(3, node.kademlia().counts().refused());
    network.run(90);
    hostile.send(node, MessageCodec.encode(KademliaMessage.ping()));
    network.run(1);
    assertEquals(3, node.kademlia().counts().refused(), "the idle ones have made room");
  }

  private HostileNode connected(Node node) {
    HostileNode hostile = new HostileNode(network, 0, Harm.KEEPS_SILENT);
    hostile.connect(node);
    network.run(1);
    return hostile;
  }

  private static ByteBuffer addProvider(int key, PeerRecord provider) {
    byte[] wire = ContentKey.of("flood " + key).toBytes();
    return MessageCodec.encode(
        new KademliaMessage(MessageType.ADD_PROVIDER, wire, List.of(), List.of(provider)));
  }
}
