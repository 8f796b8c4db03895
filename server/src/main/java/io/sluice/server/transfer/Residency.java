package io.sluice.server.transfer;

/**
 * Says what of a blob is sent from the page cache instead of being read from disk. Belongs to one
 * loop's thread.
 */
public final class Residency {
  /** Pieces of a range that are looked at to judge all of it. */
  private static final int SAMPLES = 16;

  private static final int SAMPLE_BYTES = 64 * 1024;

  private final ResidentFiles files;
  private final boolean wanted;

  /**
   * Creates it.
   *
   * @param files the page cache
   * @param wanted whether anything may be sent from it
   */
  public Residency(ResidentFiles files, boolean wanted) {
    this.files = files;
    this.wanted = wanted;
  }

  /**
   * Whether the range from {@code position} to {@code end}, exclusive, is to be sent from there.
   */
  boolean isResident(OpenBlob blob, long position, long end) {
    return wanted && files.isResident(blob.fd, position, end - position);
  }

  /** Whether a range, its ends inclusive, looks as if it could all be sent from there. */
  public boolean looksResident(OpenBlob blob, long first, long last) {
    long length = Math.min(SAMPLE_BYTES, last - first + 1);
    long step = (last - first + 1 - length) / (SAMPLES - 1);
    for (int i = 0; i < SAMPLES; i++) {
      long position = first + i * step;
      if (!isResident(blob, position, position + length)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies a range that is resident to memory.
   *
   * @return whether it was, and {@code length} bytes are there
   */
  public boolean read(OpenBlob blob, long first, int length, long address) {
    // Asked first, since a read that does not wait has the kernel read ahead what is missing.
    boolean resident = length == 0 ? wanted : isResident(blob, first, first + length);
    return resident && files.read(blob.fd, address, length, first) == length;
  }
}
