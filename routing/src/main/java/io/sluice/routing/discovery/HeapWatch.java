package io.sluice.routing.discovery;

import io.sluice.routing.host.Scheduler;

/**
 * Keeps what routing leaves behind out of memory. Connections and records outlive the young
 * generation and end in the old one, which grows to its limit before the serial collector looks at
 * it. So it is collected when the heap has grown. For the scheduler's thread.
 */
final class HeapWatch {
  /** Between two looks, and so between two collections at the least; each takes some 10 ms. */
  static final long LOOK_NS = 15_000_000_000L;

  /** Growth that is worth a collection. */
  static final long GROWTH_BYTES = 512 << 10;

  private final Scheduler scheduler;
  private final Heap heap;
  private long collectedBytes;
  private boolean closed;

  /** The memory that objects have. */
  interface Heap {
    /** This process's. */
    Heap OF_PROCESS =
        new Heap() {
          @Override
          public long bytes() {
            return Runtime.getRuntime().totalMemory();
          }

          @Override
          public void collect() {
            System.gc();
          }
        };

    /** Its present size, free parts included. */
    long bytes();

    /** Frees what is dead, and gives memory back. */
    void collect();
  }

  /** Begins to look. */
  HeapWatch(Scheduler scheduler, Heap heap) {
    this.scheduler = scheduler;
    this.heap = heap;
    collectedBytes = heap.bytes();
    scheduleLook();
  }

  /** Looks no more. */
  void close() {
    closed = true;
  }

  private void scheduleLook() {
    scheduler.schedule(LOOK_NS, this::look);
  }

  private void look() {
    if (closed) {
      return;
    }
    if (heap.bytes() - collectedBytes >= GROWTH_BYTES) {
      heap.collect();
      collectedBytes = heap.bytes();
    } else {
      collectedBytes = Math.min(collectedBytes, heap.bytes());
    }
    scheduleLook();
  }
}
