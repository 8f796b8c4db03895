package io.sluice.ring.simulation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that are computed when they are read, so that a file of many GiB costs nothing. */
public interface SimulatedContent {
  /** Bytes there are. */
  long size();

  /**
   * Fills {@code target} with the bytes from {@code offset}. The range must lie within {@link
   * #size}.
   */
  void read(long offset, MemorySegment target);

  /** {@code size} bytes that look random and are a function of {@code seed} and their position. */
  static SimulatedContent generated(long seed, long size) {
    return new Generated(seed, size);
  }

  /** Exactly these bytes. */
  static SimulatedContent of(byte[] bytes) {
    return new Fixed(bytes.clone());
  }

  /** Content of {@code length} bytes from {@code offset} as an array. */
  default byte[] bytes(long offset, int length) {
    byte[] copy = new byte[length];
    read(offset, MemorySegment.ofArray(copy));
    return copy;
  }

  /**
   * Compares received bytes with the content.
   *
   * @param offset position in the content of {@code received[from]}
   * @return the position in the content of the first byte that differs or lies beyond its end; -1
   *     when all are right
   */
  default long mismatch(long offset, byte[] received, int from, int length) {
    int comparable = (int) Math.max(0, Math.min(length, size() - offset));
    byte[] expected = bytes(offset, comparable);
    int difference = Arrays.mismatch(expected, 0, comparable, received, from, from + comparable);
    if (difference < 0 && comparable < length) {
      difference = comparable;
    }
    return difference < 0 ? -1 : offset + difference;
  }

  /** The SHA-256 digest in lower-case hexadecimal, as in {@code sha256:<hex>}. */
  default String sha256Hex() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      int chunkBytes = 1 << 16;
      for (long offset = 0; offset < size(); offset += chunkBytes) {
        digest.update(bytes(offset, (int) Math.min(chunkBytes, size() - offset)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This JDK has no SHA-256; use a complete one.", e);
    }
  }

  /** The finalizer of SplitMix64: spreads every input bit over all output bits. */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Content that is a function of seed and position. */
  record Generated(long seed, long size) implements SimulatedContent {
    private static final ValueLayout.OfLong WORD =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void read(long offset, MemorySegment target) {
      long end = target.byteSize();
      long at = 0;
      int shift = (int) (offset & 7) << 3;
      long word = word(offset >>> 3);
      for (; at + 8 <= end; at += 8) {
        long next = word(((offset + at) >>> 3) + 1);
        target.set(WORD, at, shift == 0 ? word : (word >>> shift) | (next << -shift));
        word = next;
      }
      for (; at < end; at++) {
        target.set(ValueLayout.JAVA_BYTE, at, byteAt(offset + at));
      }
    }

    private byte byteAt(long position) {
      return (byte) (word(position >>> 3) >>> ((position & 7) << 3));
    }

    private long word(long index) {
      return mix(seed ^ (index * 0xD1342543DE82EF95L));
    }
  }

  /** Content held in memory. */
  record Fixed(byte[] content) implements SimulatedContent {
    @Override
    public long size() {
      return content.length;
    }

    @Override
    public void read(long offset, MemorySegment target) {
      MemorySegment.copy(MemorySegment.ofArray(content), offset, target, 0, target.byteSize());
    }
  }
}
