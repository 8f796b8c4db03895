package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.kademlia.SimulatedNetwork.Found;
import io.sluice.routing.kademlia.SimulatedNetwork.Node;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long lookups wait, and for whom. */
class LookupTest {
  private static final String KEY_TEXT = "sha256:aa";
  private static final String ABSENT_TEXT = "sha256:bb";
  private static final ContentKey KEY = ContentKey.of(KEY_TEXT);
  private static final ContentKey ABSENT = ContentKey.of(ABSENT_TEXT);
  private static final long MS = 1_000_000L;

  private final SimulatedNetwork network = new SimulatedNetwork(3, KademliaSettings.defaults());
  private Node first;
  private Node second;
  private Node third;

  @BeforeEach
  void threeNodes() {
    first = network.add();
    second = network.join(first);
    third = network.join(first);
    network.run(5);
    second.kademlia().advertise(ContentKeys.of(KEY_TEXT));
    network.run(2);
  }

  @Test
  void whatNobodyHasIsKnownAsSoonAsAllHaveAnswered() {
    long start = network.scheduler.nowNs();
    Found found = network.find(third, ABSENT, 3);
    assertTrue(found.complete);
    assertTrue(network.scheduler.nowNs() - start < 20 * MS);
  }

  @Test
  void aBusyPeerIsWaitedForAndWhatItKnowsIsFound() {
    // Known to the second node only: the first has lost its records.
    Node fourth = network.join(first);
    network.run(5);
    fourth.host().freeze();
    fourth.kademlia().advertise(ContentKeys.of(ABSENT_TEXT));
    long start = network.scheduler.nowNs();
    Found found = new Found(network.scheduler);
    third.kademlia().findProviders(ABSENT, 3, found);
    network.scheduler.runFor(1500 * MS);
    assertFalse(found.ended, "an answer is under way");
    fourth.host().thaw();
    network.scheduler.runUntil(() -> found.ended, 10_000 * MS);
    assertEquals(List.of(fourth.id()), ids(found));
    assertTrue(network.scheduler.nowNs() - start < 1600 * MS);
  }

  @Test
  void aPeerThatAnswersOneQuestionAfterTheOtherIsWaitedFor() {
    SlowNode slow = new SlowNode(network, 400 * MS);
    slow.connect(third);
    network.run(60);
    List<Found> searches = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Found found = new Found(network.scheduler);
      third.kademlia().findProviders(ContentKey.of("slow " + i), 3, found);
      searches.add(found);
    }
    network.run(10);
    for (Found found : searches) {
      assertEquals(List.of(slow.id()), ids(found));
    }
  }

  @Test
  void aFrozenPeerHoldsUpOneLookupOnly() {
    second.host().freeze();
    long start = network.scheduler.nowNs();
    assertFalse(network.find(third, ABSENT, 3).complete);
    long waited = network.scheduler.nowNs() - start;
    assertTrue(waited >= 2000 * MS && waited < 2200 * MS, waited + " ns");
    start = network.scheduler.nowNs();
    assertFalse(network.find(third, ContentKey.of("other"), 3).complete);
    waited = network.scheduler.nowNs() - start;
    assertTrue(waited >= 20 * MS && waited < 40 * MS, waited + " ns");
    second.host().thaw();
    network.run(5);
    assertTrue(network.find(third, ContentKey.of("third"), 3).complete, "it answers again");
  }

  @Test
  void aPeerThatIsGoneIsForgottenAndItsRecordsAreToldLast() {
    second.host().close();
    network.run(20);
    assertEquals(1, third.kademlia().tableSize());
    Found found = network.find(third, KEY, 3);
    assertEquals(List.of(second.id()), ids(found), "whether it is gone is not for us to say");
  }

  @Test
  void nothingIsKeptOfPeersThatAreGone() {
    for (int i = 0; i < 50; i++) {
      Node passing = network.join(first);
      network.run(1);
      if (i % 2 == 0) {
        passing.host().vanish();
      }
      passing.kademlia().close();
      passing.host().close();
    }
    network.run(120);
    assertEquals(2, third.kademlia().tableSize());
    assertEquals(2, third.kademlia().counts().connectedPeers());
    assertTrue(third.kademlia().peersInCalls() <= 2, "peers in calls");
  }

  @Test
  void providersThatAreConnectedComeFirst() {
    List<Node> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      others.add(network.join(first));
    }
    network.run(5);
    others.forEach(each -> each.kademlia().advertise(ContentKeys.of(KEY_TEXT)));
    network.run(5);
    second.host().close();
    for (int i = 0; i < 3; i++) {
      others.get(i).host().close();
    }
    network.run(1);
    Found found = network.find(third, KEY, 2);
    assertEquals(2, found.providers.size());
    assertEquals(
        List.of(others.get(3).id(), others.get(4).id()),
        ids(found).stream().sorted((a, b) -> others.get(3).id().equals(a) ? -1 : 1).toList());
  }

  @Test
  void aSearchEndsAsSoonAsThereAreEnough() {
    Found found = network.find(third, KEY, 1);
    assertEquals(List.of(second.id()), ids(found));
    assertFalse(found.complete, "others may have it as well");
  }

  @Test
  void whatIsWithdrawnIsNotAnnouncedAgain() {
    second.kademlia().withdraw(ContentKeys.of(KEY_TEXT));
    network.run(20 * 60);
    assertEquals(List.of(), ids(network.find(third, KEY, 3)));
  }

  @Test
  void whatIsAdvertisedStaysForHours() {
    for (int hour = 0; hour < 3; hour++) {
      network.run(3600);
      assertEquals(List.of(second.id()), ids(network.find(third, KEY, 3)));
      assertEquals(2, third.kademlia().tableSize());
    }
  }

  private static List<PeerId> ids(Found found) {
    return found.providers.stream().map(PeerRecord::id).toList();
  }
}
