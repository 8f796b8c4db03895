package io.sluice.server.transfer;

/**
 * How much one read asks of the device: a whole block, or less where that takes so long that
 * clients would see it stutter.
 */
final class ReadSize {
  static final int BYTES_MIN = 64 * 1024;

  /** A read that takes longer than this is too large. */
  static final long SLOW_NS = 100_000_000L;

  /** Reads faster than this may be larger. */
  static final long FAST_NS = 20_000_000L;

  private final int bytesMax;
  private int bytes;
  private long averageNs;

  ReadSize(int blockBytes) {
    this.bytesMax = blockBytes;
    this.bytes = blockBytes;
  }

  /** Bytes of one read; a power of two times {@link BlockReads#ALIGNMENT}, at most a block. */
  int bytes() {
    return bytes;
  }

  /** A read has taken {@code durationNs}, its wait for others in the device included. */
  void onRead(long length, long durationNs) {
    if (length < bytes / 2) {
      return;
    }
    averageNs += (durationNs - averageNs) / 8;
    if (averageNs > SLOW_NS && bytes > BYTES_MIN) {
      bytes /= 2;
      averageNs /= 2;
    } else if (averageNs < FAST_NS && bytes < bytesMax) {
      bytes *= 2;
    }
  }
}
