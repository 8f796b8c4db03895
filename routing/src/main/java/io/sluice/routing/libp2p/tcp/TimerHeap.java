package io.sluice.routing.libp2p.tcp;

import io.sluice.routing.host.Scheduler;
import java.util.Arrays;

/** Tasks by the time they are due: a binary heap in which each knows its place. */
final class TimerHeap {
  private static final int SIZE_MIN = 64;

  private Entry[] heap = new Entry[SIZE_MIN];
  private int size;
  private long sequence;

  final class Entry implements Scheduler.Timer {
    private final long dueNs;
    private final long order;
    private final Runnable task;
    private int index;

    private Entry(long dueNs, Runnable task) {
      this.dueNs = dueNs;
      this.task = task;
      order = sequence++;
    }

    @Override
    public void cancel() {
      if (index >= 0) {
        remove(index);
      }
    }

    /** Earlier first; what is due at the same time, in the order in which it was given. */
    private boolean isBefore(Entry other) {
      long difference = dueNs - other.dueNs;
      return difference < 0 || difference == 0 && order < other.order;
    }
  }

  int size() {
    return size;
  }

  Entry add(long dueNs, Runnable task) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    Entry entry = new Entry(dueNs, task);
    siftUp(entry, size++);
    return entry;
  }

  /** Nanoseconds until the first is due, not negative; -1 without any. */
  long untilNextNs(long nowNs) {
    return size == 0 ? -1 : Math.max(0, heap[0].dueNs - nowNs);
  }

  /** Takes the first task if it is due; otherwise null. */
  Runnable pollDue(long nowNs) {
    if (size == 0 || heap[0].dueNs - nowNs > 0) {
      return null;
    }
    Runnable task = heap[0].task;
    remove(0);
    return task;
  }

  private void remove(int at) {
    heap[at].index = -1;
    Entry last = heap[--size];
    heap[size] = null;
    if (at < size) {
      siftUp(last, at);
      if (last.index == at) {
        siftDown(last, at);
      }
    }
  }

  private void siftUp(Entry entry, int from) {
    int at = from;
    while (at > 0 && entry.isBefore(heap[(at - 1) / 2])) {
      place(heap[(at - 1) / 2], at);
      at = (at - 1) / 2;
    }
    place(entry, at);
  }

  private void siftDown(Entry entry, int from) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(entry)) {
        break;
      }
      place(heap[child], at);
      at = child;
    }
    place(entry, at);
  }

  private void place(Entry entry, int at) {
    heap[at] = entry;
    entry.index = at;
  }
}
