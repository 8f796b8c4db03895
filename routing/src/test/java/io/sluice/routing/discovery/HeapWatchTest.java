package io.sluice.routing.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.routing.host.memory.VirtualScheduler;
import org.junit.jupiter.api.Test;

/** When garbage is collected, at the edge of what is worth it. */
class HeapWatchTest {
  private static final long LIVE_BYTES = 4 << 20;

  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final GrowingHeap heap = new GrowingHeap();
  private final HeapWatch watch = new HeapWatch(scheduler, heap);

  private static final class GrowingHeap implements HeapWatch.Heap {
    private long bytes = LIVE_BYTES;
    private long bytesAfter = LIVE_BYTES;
    private int collections;

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void collect() {
      collections++;
      bytes = bytesAfter;
    }
  }

  private int collectionsAfter(int looks) {
    scheduler.runFor(looks * HeapWatch.LOOK_NS);
    return heap.collections;
  }

  @Test
  void whatHasNotGrownEnoughIsLeftAlone() {
    heap.bytes += HeapWatch.GROWTH_BYTES - 1;
    assertEquals(0, collectionsAfter(10));
  }

  @Test
  void growthIsCollectedOnce() {
    heap.bytes += HeapWatch.GROWTH_BYTES;
    assertEquals(1, collectionsAfter(10));
  }

  @Test
  void whatStaysAfterACollectionIsNotCollectedAgain() {
    heap.bytes += HeapWatch.GROWTH_BYTES;
    heap.bytesAfter = heap.bytes;
    assertEquals(1, collectionsAfter(10));
    heap.bytes += HeapWatch.GROWTH_BYTES;
    assertEquals(2, collectionsAfter(10));
  }

  @Test
  void growthIsSeenFromWhereTheHeapHasShrunkTo() {
    heap.bytes -= HeapWatch.GROWTH_BYTES;
    assertEquals(0, collectionsAfter(1));
    heap.bytes += HeapWatch.GROWTH_BYTES;
    assertEquals(1, collectionsAfter(1));
  }

  @Test
  void nobodyLooksAfterTheEnd() {
    heap.bytes += HeapWatch.GROWTH_BYTES;
    watch.close();
    assertEquals(0, collectionsAfter(10));
  }
}
