package io.sluice.routing.libp2p.buffer;

import java.nio.ByteBuffer;

/**
 * Bytes that wait, first in, first out. Empty, it has no memory; what it has is counted in the
 * budget of its connection.
 */
public final class ByteQueue {
  private static final int BYTES_MIN = 256;

  private final BufferBudget budget;
  private final int bytesMax;
  private byte[] bytes;
  private int head;
  private int size;

  /** A queue that takes at most {@code bytesMax}. */
  public ByteQueue(BufferBudget budget, int bytesMax) {
    this.budget = budget;
    this.bytesMax = bytesMax;
  }

  /** Bytes that wait. */
  public int size() {
    return size;
  }

  /** Whether none wait. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Takes all that remains of a buffer; false, and nothing taken, when that is too much. */
  public boolean append(ByteBuffer in) {
    int length = in.remaining();
    if (!makeRoom(length)) {
      return false;
    }
    if (length > 0) {
      in.get(bytes, head + size, length);
      size += length;
    }
    return true;
  }

  /** Moves bytes to a buffer, at most as many as fit and at most {@code max}. */
  public int moveTo(ByteBuffer out, int max) {
    int length = Math.min(Math.min(size, max), out.remaining());
    if (length > 0) {
      out.put(bytes, head, length);
      head += length;
      size -= length;
      if (size == 0) {
        clear();
      }
    }
    return length;
  }

  /** Drops everything. */
  public void clear() {
    if (bytes != null) {
      budget.release(bytes.length);
    }
    bytes = null;
    head = 0;
    size = 0;
  }

  private boolean makeRoom(int length) {
    if (length > bytesMax - size) {
      return false;
    }
    int capacity = bytes == null ? 0 : bytes.length;
    if (head + size + length <= capacity) {
      return true;
    }
    if (size + length > capacity) {
      return grow(capacity, size + length);
    }
    System.arraycopy(bytes, head, bytes, 0, size);
    head = 0;
    return true;
  }

  private boolean grow(int capacity, int needed) {
    int grown = Math.max(BYTES_MIN, Math.max(needed, Math.min(2 * capacity, bytesMax)));
    if (!budget.reserve(grown)) {
      return false;
    }
    byte[] larger = new byte[grown];
    if (size > 0) {
      System.arraycopy(bytes, head, larger, 0, size);
    }
    budget.release(capacity);
    bytes = larger;
    head = 0;
    return true;
  }
}
