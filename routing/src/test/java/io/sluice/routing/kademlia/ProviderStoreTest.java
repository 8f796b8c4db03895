package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProviderStoreTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long VALID_NS = 1000 * SECOND_NS;

  private long nowNs = -5000 * SECOND_NS;

  @Test
  void aRecordLivesAsLongAsItIsRenewed() {
    ProviderStore store = store(100, 10, 100, 10);
    assertTrue(add(store, 1, 1));
    nowNs += VALID_NS - SECOND_NS;
    assertEquals(Set.of(Peers.id(1)), providers(store, 1));
    assertTrue(add(store, 1, 1));
    assertEquals(1, store.size(), "renewed, not added");
    nowNs += VALID_NS - SECOND_NS;
    assertEquals(Set.of(Peers.id(1)), providers(store, 1));
    nowNs += SECOND_NS;
    assertEquals(Set.of(), providers(store, 1));
    store.sweep(1000, nowNs);
    assertEquals(0, store.size());
    assertEquals(0, store.keys());
    assertEquals(0, store.peers());
  }

  @Test
  void addressesAreThoseSaidLast() {
    ProviderStore store = store(100, 10, 100, 10);
    add(store, 1, 1);
    store.add(key(2), Peers.id(1), List.of(Peers.address(77)), nowNs);
    assertEquals(List.of(Peers.address(77)), store.find(key(1), 1, nowNs).getFirst().addresses());
  }

  @Test
  void aFullKeyTakesANewProviderInPlaceOfAnOldRecordOnly() {
    ProviderStore store = store(100, 3, 100, 100);
    for (int peer = 0; peer < 3; peer++) {
      assertTrue(add(store, 1, peer));
      nowNs += SECOND_NS;
    }
    assertFalse(add(store, 1, 9), "all have just been said");
    nowNs += VALID_NS / 2 - 3 * SECOND_NS;
    assertTrue(add(store, 1, 9));
    assertEquals(Set.of(Peers.id(1), Peers.id(2), Peers.id(9)), providers(store, 1));
    assertFalse(add(store, 1, 10));
  }

  @Test
  void aPeerHasItsLimitAndPeersHaveTheirs() {
    ProviderStore store = store(100, 10, 5, 2);
    for (int key = 0; key < 5; key++) {
      assertTrue(add(store, key, 1));
    }
    assertFalse(add(store, 5, 1));
    assertTrue(add(store, 4, 1), "renewing is not adding");
    assertTrue(add(store, 5, 2));
    assertFalse(add(store, 5, 3), "no more than two providers");
  }

  @Test
  void whoHasMostLosesWhenTheStoreIsFull() {
    ProviderStore store = store(1000, 10, 1000, 100);
    for (int key = 0; key < 1000; key++) {
      assertTrue(add(store, key, 1));
    }
    int refused = 0;
    for (int key = 0; key < 400; key++) {
      refused += add(store, 10_000 + key, 2) ? 0 : 1;
      assertTrue(store.size() <= 1000);
    }
    assertEquals(0, refused, "a peer with less than its share gets in");
    for (int key = 0; key < 400; key++) {
      assertEquals(Set.of(Peers.id(2)), providers(store, 10_000 + key));
    }
    assertFalse(add(store, 20_000, 1), "the one that has most does not push out others");
  }

  @Test
  void providersAreToldInRandomOrderAndNoMoreThanWanted() {
    ProviderStore store = store(100, 50, 100, 100);
    for (int peer = 0; peer < 40; peer++) {
      add(store, 1, peer);
    }
    Set<PeerId> first = new HashSet<>();
    Set<PeerId> any = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      List<PeerRecord> found = store.find(key(1), 3, nowNs);
      assertEquals(3, found.size());
      assertEquals(3, Set.copyOf(found).size());
      first.add(found.getFirst().id());
      found.forEach(each -> any.add(each.id()));
    }
    assertEquals(40, first.size(), "each comes first now and then");
    assertEquals(40, any.size());
  }

  @Test
  void itAgreesWithAMapOfSetsWhateverHappens() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    ProviderStore store = store(100_000, 1000, 100_000, 1000);
    Map<Integer, Map<PeerId, Long>> model = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      int key = random.nextInt(500);
      int peer = random.nextInt(50);
      assertTrue(add(store, key, peer));
      model.computeIfAbsent(key, k -> new HashMap<>()).put(Peers.id(peer), nowNs + VALID_NS);
      nowNs += random.nextLong(SECOND_NS / 4);
      store.sweep(random.nextInt(8), nowNs);
      int asked = random.nextInt(500);
      Set<PeerId> expected = new HashSet<>();
      model
          .getOrDefault(asked, Map.of())
          .forEach(
              (id, endNs) -> {
                if (Math.floorDiv(endNs, SECOND_NS) > Math.floorDiv(nowNs, SECOND_NS)) {
                  expected.add(id);
                }
              });
      assertEquals(expected, providers(store, asked), "seed " + seed);
    }
    nowNs += 2 * VALID_NS;
    store.sweep(1_000_000, nowNs);
    assertEquals(0, store.size(), "seed " + seed);
    assertEquals(0, store.keys(), "seed " + seed);
  }

  private ProviderStore store(int records, int perKey, int perPeer, int peers) {
    return new ProviderStore(
        new ProviderStore.Limits(records, perKey, perPeer, peers, VALID_NS), 1);
  }

  private boolean add(ProviderStore store, int key, int peer) {
    return store.add(key(key), Peers.id(peer), List.of(Peers.address(peer)), nowNs);
  }

  private static Position key(int number) {
    return ContentKey.of("key " + number).position();
  }

  private Set<PeerId> providers(ProviderStore store, int key) {
    Set<PeerId> found = new HashSet<>();
    store.find(key(key), 1000, nowNs).forEach(each -> found.add(each.id()));
    return found;
  }
}
