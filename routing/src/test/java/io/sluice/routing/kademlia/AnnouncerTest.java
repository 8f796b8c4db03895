package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.kademlia.SimulatedNetwork.Found;
import io.sluice.routing.kademlia.SimulatedNetwork.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncerTest {
  private static final int KEYS = 2000;

  private final SimulatedNetwork network = new SimulatedNetwork(5, KademliaSettings.defaults());

  @Test
  void keysAreAnnouncedSoonAndThenSpreadOverTheInterval() {
    Node first = network.add();
    Node second = network.join(first);
    network.run(5);
    second.kademlia().advertise(keys());
    network.run(10);
    assertEquals(KEYS, first.kademlia().counts().records());
    long before = second.kademlia().counts().recordsSent();
    long most = 0;
    for (int minute = 0; minute < 30; minute++) {
      long start = second.kademlia().counts().recordsSent();
      network.run(60);
      most = Math.max(most, second.kademlia().counts().recordsSent() - start);
    }
    long sent = second.kademlia().counts().recordsSent() - before;
    assertTrue(sent >= 2 * KEYS * 98 / 100 && sent <= 2 * KEYS * 102 / 100, sent + " in 30 min");
    assertTrue(most < KEYS / 15 * 2, most + " in a minute");
    assertEquals(KEYS, first.kademlia().counts().records());
  }

  @Test
  void keysOfANodeOnItsOwnAreAnnouncedWhenThereIsSomebody() {
    Node first = network.add();
    first.kademlia().advertise(keys());
    network.run(3600);
    Node second = network.join(first);
    network.run(10);
    assertEquals(KEYS, second.kademlia().counts().records());
  }

  @Test
  void afterAPartitionAllIsToldAgainBeforeLong() {
    Node first = network.add();
    Node second = network.join(first);
    network.run(5);
    second.kademlia().advertise(keys());
    network.run(10);
    first.host().freeze();
    network.run(3600);
    assertEquals(0, second.kademlia().tableSize());
    first.host().thaw();
    network.connect(second, first);
    network.run(20);
    Found found = network.find(first, ContentKey.of("key 7"), 1);
    assertEquals(1, found.providers.size());
    assertEquals(KEYS, first.kademlia().counts().records());
  }

  @Test
  void manyKeysGoToThePeersNearestToEachOfThem() {
    Node first = network.add();
    for (int i = 1; i < 200; i++) {
      network.join(first, network.any());
      network.run(1);
    }
    network.run(30);
    Node provider = network.nodes.get(100);
    provider.kademlia().advertise(keys());
    network.run(60);
    long records = 0;
    for (Node node : network.nodes) {
      records += node.kademlia().counts().records();
    }
    assertTrue(records >= 19L * KEYS && records <= 21L * KEYS, records + " records");
    for (int i = 0; i < 200; i++) {
      Node asker = network.any();
      if (asker != provider) {
        Found found = network.find(asker, ContentKey.of("key " + i), 1);
        assertEquals(List.of(provider.id()), found.providers.stream().map(PeerRecord::id).toList());
      }
    }
  }

  private static List<ContentKey> keys() {
    List<ContentKey> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add(ContentKey.of("key " + i));
    }
    return keys;
  }
}
