package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static final int K = 20;
  private static final int PER_ADDRESS = 3;

  private final Position self = Position.of(Peers.id(-1));
  private final RoutingTable table = new RoutingTable(self, K, PER_ADDRESS);

  @Test
  void theNearestAreThoseThatAFullSearchFinds() {
    for (int i = 0; i < 2000; i++) {
      add(i);
    }
    List<Contact> all = table.all();
    for (int i = 0; i < 200; i++) {
      Position target = Position.of(Peers.id(10_000 + i));
      List<Contact> expected = new ArrayList<>(all);
      expected.sort((one, other) -> target.compareDistance(one.position(), other.position()));
      assertEquals(expected.subList(0, K), table.nearest(target, K, null));
      PeerId first = expected.getFirst().id();
      assertEquals(expected.subList(1, K + 1), table.nearest(target, K, first));
    }
    assertEquals(table.size(), table.nearest(self, 5000, null).size());
  }

  @Test
  void aBucketHoldsKPeersAndRemembersSubstitutes() {
    List<Integer> far = inBucket(0, K + 6);
    for (int number : far) {
      add(number);
    }
    assertEquals(K, table.bucketSize(0));
    assertFalse(table.wants(Peers.id(far.getLast()), Position.of(Peers.id(far.getLast()))));
    assertNull(table.find(Peers.id(far.getLast())), "the old ones stay");
    Contact substitute = table.remove(Peers.id(far.getFirst()));
    assertEquals(Peers.id(far.getLast()), substitute.id(), "the one heard of last");
    assertEquals(K - 1, table.bucketSize(0));
    for (int i = 1; i < RoutingTable.SUBSTITUTES_PER_BUCKET; i++) {
      assertNotNull(table.remove(Peers.id(far.get(i))));
    }
    assertNull(table.remove(Peers.id(far.get(RoutingTable.SUBSTITUTES_PER_BUCKET))));
    assertNull(table.remove(Peers.id(12345)), "not in the table");
  }

  @Test
  void oneAddressDoesNotFillTheTable() {
    List<Integer> far = inBucket(0, PER_ADDRESS + 1);
    for (int i = 0; i < PER_ADDRESS; i++) {
      assertTrue(table.answered(Peers.id(far.get(i)), position(far.get(i)), at(7), 1));
    }
    int last = far.getLast();
    assertFalse(table.answered(Peers.id(last), position(last), at(7), 1));
    table.remove(Peers.id(far.getFirst()));
    assertTrue(table.answered(Peers.id(last), position(last), at(7), 1), "there is room again");
  }

  @Test
  void itKnowsHowManyBucketsItUsesAndNeverItself() {
    assertFalse(table.answered(Peers.id(-1), self, at(1), 1));
    assertFalse(table.wants(Peers.id(-1), self));
    for (int i = 0; i < 500; i++) {
      add(i);
    }
    assertEquals(table.size(), table.sizeFrom(0));
    for (Contact contact : table.all()) {
      table.remove(contact.id());
    }
    while (table.size() > 0) {
      table.all().forEach(contact -> table.remove(contact.id()));
    }
    assertEquals(0, table.sizeFrom(0));
  }

  @Test
  void theSizeOfTheNetworkIsGuessedWithinAFactorOfTwo() {
    assertEquals(1, table.networkSize());
    for (int nodes : new int[] {10, 100, 1000, 10_000}) {
      double logarithms = 0;
      int tables = 20;
      for (int i = 0; i < tables; i++) {
        RoutingTable other = new RoutingTable(Position.of(Peers.id(-2 - i)), K, PER_ADDRESS);
        for (int j = 0; j < nodes; j++) {
          other.answered(Peers.id(j), position(j), at(j), 1);
        }
        logarithms += Math.log(other.networkSize());
      }
      double guess = Math.exp(logarithms / tables);
      assertTrue(guess > nodes / 2.0 && guess < nodes * 2.0, nodes + " guessed as " + guess);
    }
  }

  @Test
  void whatItHoldsIsConsistentWhateverHappens() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      int number = random.nextInt(400);
      if (random.nextInt(3) == 0) {
        table.remove(Peers.id(number));
        assertNull(table.find(Peers.id(number)), "seed " + seed);
      } else {
        boolean taken = add(number);
        assertEquals(taken, table.find(Peers.id(number)) != null, "seed " + seed);
      }
    }
    assertEquals(table.all().size(), table.size());
    assertEquals(table.sizeFrom(0), table.size());
  }

  private boolean add(int number) {
    return table.answered(Peers.id(number), position(number), at(number), 1);
  }

  private static Position position(int number) {
    return Position.of(Peers.id(number));
  }

  private static List<io.sluice.routing.multiformat.Multiaddr> at(int number) {
    return List.of(Peers.address(number));
  }

  private List<Integer> inBucket(int prefix, int count) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; found.size() < count; i++) {
      if (self.commonPrefix(position(i)) == prefix) {
        found.add(i);
      }
    }
    return found;
  }
}
