package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class QuietLoopsTest {
  private static final int LOOPS = 4;
  private static final long LOOK_NS = QuietLoops.LOOK_NS;
  private static final long BUSY_NS = LOOK_NS / 4;

  private final long[] cpuNs = new long[LOOPS];
  private long nowNs = -7;

  private QuietLoops loops(int cpus) {
    QuietLoops loops = new QuietLoops(1, LOOPS, cpus, loop -> cpuNs[loop]);
    loops.count(nowNs);
    return loops;
  }

  /** Lets time pass in which each loop uses CPU time. */
  private void pass(long durationNs, long... usedNs) {
    nowNs += durationNs;
    for (int loop = 0; loop < LOOPS; loop++) {
      cpuNs[loop] += usedNs[loop];
    }
  }

  @Test
  void countsOthersThatUsedLessThanHalfOfACpu() {
    QuietLoops loops = loops(LOOPS);
    pass(LOOK_NS, 0, LOOK_NS, LOOK_NS / 2 - 1, LOOK_NS / 2);
    assertEquals(2, loops.count(nowNs));
    pass(LOOK_NS, LOOK_NS, 0, LOOK_NS, LOOK_NS);
    assertEquals(0, loops.count(nowNs));
  }

  @Test
  void whoHasLittleToDoGivesNothingAway() {
    QuietLoops loops = loops(LOOPS);
    pass(LOOK_NS, 0, BUSY_NS - 1, 0, 0);
    assertEquals(0, loops.count(nowNs));
    pass(LOOK_NS, 0, BUSY_NS, 0, 0);
    assertEquals(3, loops.count(nowNs));
  }

  @Test
  void countsNoMoreThanThereAreCpusBesidesItsOwn() {
    QuietLoops loops = loops(2);
    pass(LOOK_NS, 0, BUSY_NS, 0, 0);
    assertEquals(1, loops.count(nowNs));
  }

  @Test
  void looksNoMoreOftenThanItMust() {
    QuietLoops loops = loops(LOOPS);
    pass(LOOK_NS, 0, BUSY_NS, 0, 0);
    assertEquals(3, loops.count(nowNs));
    pass(LOOK_NS - 1, LOOK_NS, LOOK_NS, LOOK_NS, LOOK_NS);
    assertEquals(3, loops.count(nowNs));
    pass(1, 0, BUSY_NS, 0, 0);
    assertEquals(0, loops.count(nowNs));
  }

  @Test
  void whatWasSeenLongAgoCountsForNothing() {
    QuietLoops loops = loops(LOOPS);
    pass(QuietLoops.STALE_NS + 1, 0, QuietLoops.STALE_NS, 0, 0);
    assertEquals(0, loops.count(nowNs));
    pass(LOOK_NS, 0, BUSY_NS, 0, 0);
    assertEquals(3, loops.count(nowNs));
  }

  @Test
  void aLoopWithoutAThreadHasNoCpu() {
    QuietLoops loops = loops(LOOPS);
    pass(LOOK_NS, 0, BUSY_NS, 0, 0);
    cpuNs[0] = -3;
    assertEquals(2, loops.count(nowNs));
  }

  @Test
  void oneLoopHasNoOthers() {
    QuietLoops alone = new QuietLoops(0, 1, 8, loop -> 0);
    alone.count(0);
    assertEquals(0, alone.count(LOOK_NS));
  }
}
