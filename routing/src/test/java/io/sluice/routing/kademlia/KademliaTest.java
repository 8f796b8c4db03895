package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.kademlia.SimulatedNetwork.Found;
import io.sluice.routing.kademlia.SimulatedNetwork.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class KademliaTest {
  private static final ContentKey KEY = ContentKey.of("sha256:aa");
  private static final ContentKey ABSENT = ContentKey.of("sha256:bb");

  private final SimulatedNetwork network = new SimulatedNetwork(1, KademliaSettings.defaults());

  @Test
  void threeNodesFindWhatOneOfThemHas() {
    Node first = network.add();
    Node second = network.join(first);
    Node third = network.join(first);
    network.run(5);
    assertEquals(2, first.kademlia().tableSize());
    assertEquals(2, second.kademlia().tableSize(), "found through the first");
    second.kademlia().advertise(List.of(KEY));
    network.run(2);
    Found found = network.find(third, KEY, 3);
    assertEquals(List.of(second.id()), found.providers.stream().map(PeerRecord::id).toList());
    assertTrue(found.complete);
    assertEquals(List.of(), network.find(third, ABSENT, 3).providers);
    assertEquals(List.of(), network.find(second, KEY, 3).providers, "never itself");
  }

  @Test
  void aNodeOnItsOwnFindsNothingAtOnce() {
    Node alone = network.add();
    Found found = new Found(network.scheduler);
    alone.kademlia().findProviders(KEY, 3, found);
    assertTrue(found.ended);
    assertTrue(found.complete);
  }

  @Test
  void fortyNodesFindEverythingTheyHave() {
    Node first = network.add();
    for (int i = 1; i < 40; i++) {
      network.join(first);
    }
    network.run(30);
    for (Node node : network.nodes) {
      node.kademlia().advertise(List.of(ContentKey.of("key " + node.number())));
    }
    network.run(10);
    for (Node node : network.nodes) {
      Node other = network.nodes.get((node.number() + 7) % 40);
      Found found = network.find(node, ContentKey.of("key " + other.number()), 1);
      assertEquals(List.of(other.id()), found.providers.stream().map(PeerRecord::id).toList());
    }
  }
}
