package io.sluice.server.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReceiveBudgetTest {
  private static final int KIB = 1024;
  private static final int MIN = 256 * KIB;
  private static final int MAX = 512 * KIB;
  private static final long BUDGET = 8L * 1024 * KIB;

  private final ReceiveBudget budget = new ReceiveBudget(BUDGET, MIN, MAX);

  @Test
  void fewGetMuchAndManyGetLittle() {
    for (int i = 0; i < 4; i++) {
      assertEquals(MAX, budget.take());
    }
    for (int i = 0; i < 28; i++) {
      assertEquals(i == 0 ? MAX : MIN, budget.take());
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
}
