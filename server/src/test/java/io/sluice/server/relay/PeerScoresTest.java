package io.sluice.server.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.Limits;
import org.junit.jupiter.api.Test;

class PeerScoresTest {
  private static final long NOW_NS = 77;
  private static final long MS_NS = 1_000_000L;

  private final PeerScores scores = new PeerScores();

  private static PeerAddress peer(int number) {
    PeerAddress address = new PeerAddress();
    address.familyAndPort = 2 << 16 | 5000;
    address.low = number;
    return address;
  }

  private int known(int number, long nowNs) {
    int at = scores.begin(peer(number), nowNs);
    scores.end(at);
    return at;
  }

  @Test
  void aPeerThatFailsIsAvoidedForTwiceAsLongEachTime() {
    int at = known(1, NOW_NS);
    long untilNs = NOW_NS;
    for (int i = 0; i < 3; i++) {
      scores.failed(at, Failure.RESET, untilNs);
      long penaltyNs = Limits.PEER_PENALTY_MIN_NS << i;
      assertTrue(scores.isAvoided(at, untilNs + penaltyNs - 1));
      untilNs += penaltyNs;
      assertFalse(scores.isAvoided(at, untilNs));
    }
    for (int i = 0; i < 40; i++) {
      scores.failed(at, Failure.RESET, untilNs);
    }
    assertTrue(scores.isAvoided(at, untilNs + Limits.PEER_PENALTY_MAX_NS - 1));
    assertFalse(scores.isAvoided(at, untilNs + Limits.PEER_PENALTY_MAX_NS));
    scores.succeeded(at);
    assertFalse(scores.isAvoided(at, untilNs));
  }

  @Test
  void notToHaveSomethingIsNoFailure() {
    int at = known(1, NOW_NS);
    scores.failed(at, Failure.NOT_FOUND, NOW_NS);
    scores.failed(at, Failure.MISMATCH, NOW_NS);
    assertFalse(scores.isAvoided(at, NOW_NS));
  }

  @Test
  void whoAnswersSoonSendsFastAndHasLittleToDoIsBest() {
    int at = known(1, NOW_NS);
    long unknown = scores.costNs(PeerScores.NONE);
    assertEquals(unknown, scores.costNs(at));
    scores.answered(at, 100 * MS_NS);
    long late = scores.costNs(at);
    assertTrue(late > unknown);
    scores.sent(at, 1 << 20, 1000 * MS_NS);
    long slow = scores.costNs(at);
    assertTrue(slow > late);
    scores.begin(peer(1), NOW_NS);
    assertEquals(2 * slow, scores.costNs(at));
    scores.end(at);
    scores.sent(at, (1 << 20) - 1, 100_000 * MS_NS);
    assertEquals(slow, scores.costNs(at), "too few bytes to tell");
  }

  @Test
  void losingARaceCountsOnlyWhenItWasSlow() {
    int at = known(1, NOW_NS);
    long before = scores.costNs(at);
    scores.lost(at, 1);
    assertEquals(before, scores.costNs(at));
    scores.lost(at, 100 * MS_NS);
    assertTrue(scores.costNs(at) > before);
  }

  @Test
  void whatIsOldIsForgotten() {
    int at = known(1, NOW_NS);
    assertEquals(at, scores.find(peer(1), NOW_NS + Limits.PEER_SCORE_EXPIRY_NS - 1));
    assertEquals(PeerScores.NONE, scores.find(peer(1), NOW_NS + Limits.PEER_SCORE_EXPIRY_NS));
  }

  @Test
  void thousandsOfPeersFitByGivingWay() {
    for (int i = 0; i < 10_000; i++) {
      assertNotEquals(PeerScores.NONE, known(i, NOW_NS + i));
    }
    assertNotEquals(PeerScores.NONE, scores.find(peer(9_999), NOW_NS + 10_000));
    assertEquals(PeerScores.NONE, scores.find(peer(0), NOW_NS + 10_000));
  }

  @Test
  void peersWithCallsKeepTheirPlace() {
    int[] places = new int[20 * Limits.PEER_SCORES];
    int kept = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = scores.begin(peer(i), NOW_NS + i);
      kept += places[i] == PeerScores.NONE ? 0 : 1;
    }
    assertEquals(Limits.PEER_SCORES, kept);
    for (int i = 0; i < places.length; i++) {
      assertEquals(places[i], scores.find(peer(i), NOW_NS));
      scores.failed(places[i], Failure.LIED, NOW_NS);
      scores.end(places[i]);
    }
    assertFalse(scores.isAvoided(PeerScores.NONE, NOW_NS));
  }
}
