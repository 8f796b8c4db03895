package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.server.config.Limits;
import org.junit.jupiter.api.Test;

class LoopClockTest {
  private long real = -5;
  private final LoopClock clock = new LoopClock(() -> real);

  @Test
  void goesWithRealTimeWhileTurnsAreQuick() {
    long before = clock.turn();
    real += Limits.LOOP_STEP_NS;
    assertEquals(before + Limits.LOOP_STEP_NS, clock.turn());
    assertEquals(real, clock.realNs());
  }

  @Test
  void aTurnIsNeverLongerThanAStep() {
    long before = clock.turn();
    real += Limits.LOOP_STEP_NS + 1;
    assertEquals(before + Limits.LOOP_STEP_NS, clock.turn());
    assertEquals(real, clock.realNs());
    real += 7;
    assertEquals(before + Limits.LOOP_STEP_NS + 7, clock.turn());
  }

  @Test
  void measuresTurnsInRealTime() {
    clock.turn();
    real += 3 * Limits.LOOP_STEP_NS;
    assertEquals(3 * Limits.LOOP_STEP_NS, clock.turnNs());
  }
}
