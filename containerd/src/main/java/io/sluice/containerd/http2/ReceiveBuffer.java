package io.sluice.containerd.http2;

import java.nio.ByteBuffer;

/** Bytes that a stream has received and nobody has read: a ring that grows up to the window. */
final class ReceiveBuffer {
  private static final int BYTES_INITIAL = 1024;

  private byte[] ring = new byte[BYTES_INITIAL];
  private int start;
  private int length;

  int length() {
    return length;
  }

  /** Appends all of a buffer; the caller sees to it that it fits the window. */
  void put(ByteBuffer in) {
    reserve(length + in.remaining());
    while (in.hasRemaining()) {
      int end = (start + length) % ring.length;
      int part = Math.min(in.remaining(), ring.length - end);
      in.get(ring, end, part);
      length += part;
    }
  }

  /** Moves bytes to {@code out}, as far as they fit; how many. */
  int get(ByteBuffer out) {
    int moved = 0;
    while (length > 0 && out.hasRemaining()) {
      int part = Math.min(Math.min(length, out.remaining()), ring.length - start);
      out.put(ring, start, part);
      start = (start + part) % ring.length;
      length -= part;
      moved += part;
    }
    return moved;
  }

  private void reserve(int bytes) {
    if (bytes > ring.length) {
      ByteBuffer grown = ByteBuffer.allocate(Math.max(bytes, 2 * ring.length));
      length = get(grown);
      ring = grown.array();
      start = 0;
    }
  }
}
