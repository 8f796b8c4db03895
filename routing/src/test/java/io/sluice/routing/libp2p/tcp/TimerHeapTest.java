package io.sluice.routing.libp2p.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
  private final TimerHeap heap = new TimerHeap();

  @Test
  void tasksAreDueInOrderAndThoseCancelledAreNot() {
    Random random = new Random(1);
    List<long[]> expected = new ArrayList<>();
    List<long[]> ran = new ArrayList<>();
    List<TimerHeap.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long[] due = {random.nextInt(1_000), i};
      entries.add(heap.add(due[0], () -> ran.add(due)));
      expected.add(due);
    }
    for (int i = 0; i < 2_000; i++) {
      int at = random.nextInt(entries.size());
      TimerHeap.Entry cancelled = entries.remove(at);
      cancelled.cancel();
      cancelled.cancel();
      expected.remove(at);
    }
    assertEquals(3_000, heap.size());
    expected.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    for (long now = -1; now <= 1_000; now++) {
      for (Runnable task = heap.pollDue(now); task != null; task = heap.pollDue(now)) {
        task.run();
        assertEquals(now, ran.getLast()[0], "not before its time and not after it");
      }
    }
    assertEquals(expected, ran);
    assertEquals(-1, heap.untilNextNs(0));
  }

  @Test
  void timeMayWrapAround() {
    heap.add(Long.MIN_VALUE + 5, () -> {});
    heap.add(Long.MAX_VALUE - 5, () -> {});
    assertEquals(5, heap.untilNextNs(Long.MAX_VALUE - 10));
    assertNull(heap.pollDue(Long.MAX_VALUE - 6));
    heap.pollDue(Long.MAX_VALUE - 5).run();
    assertNull(heap.pollDue(Long.MAX_VALUE));
    assertEquals(6, heap.untilNextNs(Long.MAX_VALUE));
    assertEquals(0, heap.untilNextNs(Long.MIN_VALUE + 100));
  }
}
