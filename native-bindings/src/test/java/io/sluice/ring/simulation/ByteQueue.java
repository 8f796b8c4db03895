package io.sluice.ring.simulation;

import java.lang.foreign.MemorySegment;

/** A first-in first-out queue of bytes that grows as needed: the data in a socket buffer. */
final class ByteQueue {
  private static final int BYTES_INITIAL = 1024;

  private byte[] ring = new byte[BYTES_INITIAL];
  private int head;
  private int size;

  int size() {
    return size;
  }

  void clear() {
    head = 0;
    size = 0;
  }

  /** Appends all of {@code source}. */
  void put(MemorySegment source) {
    int length = (int) source.byteSize();
    reserve(size + length);
    int tail = (head + size) & (ring.length - 1);
    int first = Math.min(length, ring.length - tail);
    MemorySegment target = MemorySegment.ofArray(ring);
    MemorySegment.copy(source, 0, target, tail, first);
    MemorySegment.copy(source, first, target, 0, length - first);
    size += length;
  }

  /** Copies the oldest bytes, as many as {@code target} holds; there must be enough. */
  void peek(MemorySegment target) {
    int length = (int) target.byteSize();
    int first = Math.min(length, ring.length - head);
    MemorySegment source = MemorySegment.ofArray(ring);
    MemorySegment.copy(source, head, target, 0, first);
    MemorySegment.copy(source, 0, target, first, length - first);
  }

  /** Removes the oldest bytes, as many as {@code target} holds; there must be enough. */
  void take(MemorySegment target) {
    int length = (int) target.byteSize();
    peek(target);
    head = (head + length) & (ring.length - 1);
    size -= length;
  }

  private void reserve(int capacity) {
    if (capacity <= ring.length) {
      return;
    }
    byte[] larger = new byte[Integer.highestOneBit(capacity - 1) << 1];
    int count = size;
    take(MemorySegment.ofArray(larger).asSlice(0, count));
    ring = larger;
    head = 0;
    size = count;
  }
}
