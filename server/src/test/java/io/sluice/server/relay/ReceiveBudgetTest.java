package io.sluice.server.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.Limits;
import org.junit.jupiter.api.Test;

class ReceiveBudgetTest {
  private static final int KIB = 1024;
  private static final int MIN = 128 * KIB;
  private static final int MAX = 512 * KIB;
  private static final long BUDGET = 8L * 1024 * KIB;

  private final ReceiveBudget budget = new ReceiveBudget(BUDGET, MIN, MAX);

  @Test
  void fewGetMuchAndManyGetLittle() {
    for (int i = 0; i < 5; i++) {
      assertEquals(MAX, budget.take());
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(MAX / 2, budget.take());
    }
    for (int i = 0; i < 28; i++) {
      assertEquals(MIN, budget.take());
    }
    assertTrue(budget.grantedBytes() <= BUDGET + 28L * 2 * MIN);
  }

  @Test
  void whatIsGivenBackIsGrantedAgain() {
    int[] granted = new int[100];
    for (int i = 0; i < granted.length; i++) {
      granted[i] = budget.take();
    }
    for (int each : granted) {
      budget.give(each);
    }
    assertEquals(0, budget.grantedBytes());
    assertEquals(MAX, budget.take());
  }

  @Test
  void aBudgetOfNothingGrantsTheLeast() {
    assertEquals(MIN, new ReceiveBudget(0, MIN, MAX).take());
  }

  /** Without a bound, three calls for each relay could hold a buffer. */
  @Test
  void fewMayRaceAtOnce() {
    for (int i = 0; i < Limits.PEER_RACERS_PER_LOOP; i++) {
      assertTrue(budget.mayRace());
      budget.racing(1);
    }
    assertFalse(budget.mayRace());
    budget.racing(-1);
    assertTrue(budget.mayRace());
  }

  @Test
  void theMostIsASocketForEachRelayAndEachThatRaces() {
    long least = 2L * Limits.PEER_RECEIVE_MIN_BYTES;
    long sockets = Limits.RELAYS + 2L * Limits.PEER_RACERS_PER_LOOP;
    long most = ReceiveBudget.bytesMax(Limits.RELAYS, 2);
    assertTrue(most >= sockets * least, () -> most + " bytes");
    assertTrue(most <= sockets * least + Limits.PEER_RECEIVE_BUDGET_BYTES, () -> most + " bytes");
  }
}
