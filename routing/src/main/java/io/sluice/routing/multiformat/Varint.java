package io.sluice.routing.multiformat;

import java.nio.ByteBuffer;

/**
 * Unsigned variable-length integers as multiformats define them: seven bits a byte, least
 * significant first, at most nine bytes, and no longer than necessary.
 */
public final class Varint {
  /** Longest encoding, in bytes: 63 bits. */
  public static final int BYTES_MAX = 9;

  /** What {@link #tryRead} returns when bytes are missing. */
  public static final long INCOMPLETE = -1;

  private Varint() {}

  /** Length of the encoding of a value that is not negative, in bytes. */
  public static int size(long value) {
    int size = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    return size;
  }

  /** Appends a value that is not negative. */
  public static void write(ByteBuffer out, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a varint is not negative: " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      out.put((byte) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /**
   * Reads a value, of which all bytes have to be there.
   *
   * @throws MalformedException when it is cut short, too long or longer than necessary
   */
  public static long read(ByteBuffer in) throws MalformedException {
    long value = tryRead(in);
    if (value == INCOMPLETE) {
      throw new MalformedException("a varint is cut short");
    }
    return value;
  }

  /**
   * Reads a value if all its bytes are there; otherwise takes none.
   *
   * @return the value, or {@link #INCOMPLETE}
   * @throws MalformedException when it is too long or longer than necessary
   */
  public static long tryRead(ByteBuffer in) throws MalformedException {
    long value = 0;
    int start = in.position();
    for (int i = 0; i < BYTES_MAX; i++) {
      if (start + i == in.limit()) {
        return INCOMPLETE;
      }
      int next = in.get(start + i);
      value |= (long) (next & 0x7f) << 7 * i;
      if (next >= 0) {
        if (next == 0 && i > 0) {
          throw new MalformedException("a varint is longer than necessary");
        }
        in.position(start + i + 1);
        return value;
      }
    }
    throw new MalformedException("a varint has more than " + BYTES_MAX + " bytes");
  }
}
