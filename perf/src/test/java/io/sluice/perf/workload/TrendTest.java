package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TrendTest {
  private static final double TOLERANCE = 1e-9;

  @Test
  void aStraightLineHasItsSlope() {
    Trend trend = new Trend();
    for (int x = 0; x < 10; x++) {
      trend.add(x, 100 + 0.5 * x);
    }
    assertEquals(0.5, trend.slope(), TOLERANCE);
    assertEquals(100, trend.first());
    assertEquals(104.5, trend.last());
  }

  @Test
  void tooFewSamplesHaveNoSlope() {
    Trend trend = new Trend();
    assertEquals(0, trend.slope());
    trend.add(1, 5);
    assertEquals(0, trend.slope());
  }
}
