package io.sluice.server.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.Limits;
import org.junit.jupiter.api.Test;

class HeadTimesTest {
  private static final long MS_NS = 1_000_000L;

  private final HeadTimes times = new HeadTimes();

  private void record(int count, long ns) {
    for (int i = 0; i < count; i++) {
      times.record(ns);
    }
  }

  @Test
  void isAGuessUntilEnoughIsKnown() {
    record(HeadTimes.ANSWERS_MIN - 1, 200 * MS_NS);
    assertEquals(Limits.HEDGE_DELAY_UNKNOWN_NS, times.hedgeDelayNs());
    record(1, 200 * MS_NS);
    assertTrue(times.hedgeDelayNs() > Limits.HEDGE_DELAY_UNKNOWN_NS);
  }

  @Test
  void nineInTenWouldHaveAnswered() {
    record(90, 30 * MS_NS);
    record(10, 300 * MS_NS);
    long delayNs = times.hedgeDelayNs();
    assertTrue(delayNs >= 30 * MS_NS && delayNs <= 40 * MS_NS, delayNs + " ns");
    record(5, 300 * MS_NS);
    assertTrue(times.hedgeDelayNs() >= 300 * MS_NS);
  }

  @Test
  void staysBetweenItsLimits() {
    record(100, 1000);
    assertEquals(Limits.HEDGE_DELAY_MIN_NS, times.hedgeDelayNs());
    record(100_000, 3_000 * MS_NS);
    assertEquals(Limits.HEDGE_DELAY_MAX_NS, times.hedgeDelayNs());
  }

  @Test
  void forgetsWhatWasLongAgo() {
    record(100_000, 400 * MS_NS);
    record(3000, 20 * MS_NS);
    assertTrue(times.hedgeDelayNs() < 30 * MS_NS);
  }

  @Test
  void takesAnyNumber() {
    record(100, 0);
    record(100, Long.MAX_VALUE);
    assertEquals(Limits.HEDGE_DELAY_MAX_NS, times.hedgeDelayNs());
  }
}
