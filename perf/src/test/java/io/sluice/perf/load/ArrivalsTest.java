package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void evenArrivalsAreEquallyFarApart() {
    Arrivals arrivals = Arrivals.even(1000, SECOND_NS);
    assertEquals(1000, arrivals.count());
    for (int i = 0; i < arrivals.count(); i++) {
      assertEquals(i * 1_000_000L, arrivals.dueNs(i));
    }
  }

  @Test
  void arrivalsByChanceHaveTheirRateAndTheirSpread() {
    Arrivals arrivals = Arrivals.poisson(10_000, 10 * SECOND_NS, 5);
    assertEquals(100_000, arrivals.count());
    assertEquals(10 * SECOND_NS, arrivals.dueNs(arrivals.count() - 1), 0.02 * 10 * SECOND_NS);
    int shorter = 0;
    for (int i = 1; i < arrivals.count(); i++) {
      long distanceNs = arrivals.dueNs(i) - arrivals.dueNs(i - 1);
      assertTrue(distanceNs >= 0);
      shorter += distanceNs < 100_000 ? 1 : 0;
    }
    // Of an exponential distribution 1 - 1/e is below the mean.
    assertEquals(1 - 1 / Math.E, (double) shorter / arrivals.count(), 0.01);
  }

  @Test
  void chanceDependsOnTheSeedOnly() {
    assertEquals(
        Arrivals.poisson(100, SECOND_NS, 1).dueNs(50),
        Arrivals.poisson(100, SECOND_NS, 1).dueNs(50));
    assertNotEquals(
        Arrivals.poisson(100, SECOND_NS, 1).dueNs(50),
        Arrivals.poisson(100, SECOND_NS, 2).dueNs(50));
  }

  @Test
  void thereIsAlwaysARequestAndNeverARateOfNothing() {
    assertEquals(1, Arrivals.even(0.1, SECOND_NS).count());
    assertThrows(IllegalArgumentException.class, () -> Arrivals.even(0, SECOND_NS));
    assertThrows(IllegalArgumentException.class, () -> Arrivals.poisson(Double.NaN, SECOND_NS, 1));
  }
}
