package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class IdleWatchTest {
  private static final long IDLE_NS = 10;

  private long activity;
  private int given;
  private final IdleWatch watch = new IdleWatch(() -> activity, IDLE_NS, () -> given++, 0);

  @Test
  void givesBackOnceAfterTheTimeAndNotBefore() {
    watch.look(IDLE_NS - 1);
    assertEquals(0, given);
    watch.look(IDLE_NS);
    watch.look(5 * IDLE_NS);
    assertEquals(1, given);
  }

  @Test
  void activityStartsTheTimeAnew() {
    watch.look(IDLE_NS - 1);
    activity++;
    watch.look(IDLE_NS);
    watch.look(2 * IDLE_NS - 1);
    assertEquals(0, given);
    watch.look(2 * IDLE_NS);
    assertEquals(1, given);
  }

  @Test
  void everyIdleTimeGivesBackAgain() {
    watch.look(IDLE_NS);
    activity++;
    watch.look(2 * IDLE_NS);
    watch.look(3 * IDLE_NS);
    assertEquals(2, given);
  }

  @Test
  void aClockThatWrapsIsNoIdleTime() {
    long nearEnd = Long.MAX_VALUE - 2;
    IdleWatch late = new IdleWatch(() -> activity, IDLE_NS, () -> given++, nearEnd);
    late.look(nearEnd + IDLE_NS - 1);
    assertEquals(0, given);
    late.look(nearEnd + IDLE_NS);
    assertEquals(1, given);
  }
}
