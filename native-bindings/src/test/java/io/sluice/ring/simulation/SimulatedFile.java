package io.sluice.ring.simulation;

/**
 * A regular file: content, a visible size and a link count. Everything may change while it is open,
 * as other processes would do it.
 */
public final class SimulatedFile {
  private SimulatedContent content;
  private long sizeBytes;
  private int nlink;
  private long failFrom = Long.MAX_VALUE;
  private long failTo = Long.MAX_VALUE;

  /** A file with all of {@code content}. */
  public SimulatedFile(SimulatedContent content) {
    this.content = content;
    this.sizeBytes = content.size();
  }

  /** A file with {@code sizeBytes} bytes generated from {@code seed}. */
  public static SimulatedFile generated(long seed, long sizeBytes) {
    return new SimulatedFile(SimulatedContent.generated(seed, sizeBytes));
  }

  /** What the file holds when it is complete. */
  public SimulatedContent content() {
    return content;
  }

  /** Bytes that are visible now. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** {@code truncate(2)}; may also grow the file again, up to its whole content. */
  public void truncate(long newSizeBytes) {
    if (newSizeBytes < 0 || newSizeBytes > content.size()) {
      throw new IllegalArgumentException(
          "The size "
              + newSizeBytes
              + " is not possible; give one from 0 to the content's "
              + content.size()
              + " bytes.");
    }
    sizeBytes = newSizeBytes;
  }

  /** Other bytes in the same inode, visible to everybody who has it open. */
  public void overwrite(SimulatedContent newContent) {
    content = newContent;
    sizeBytes = newContent.size();
  }

  /** From now on reads that touch {@code [fromOffset, toOffset)} end with {@code -EIO}. */
  public void failReads(long fromOffset, long toOffset) {
    failFrom = fromOffset;
    failTo = toOffset;
  }

  /** How many names the file has: 0 once it was removed or replaced. */
  public int nlink() {
    return nlink;
  }

  /** Sets the link count that {@code statx} reports. */
  public void setNlink(int nlink) {
    this.nlink = nlink;
  }

  boolean fails(long fromOffset, long toOffset) {
    return fromOffset < failTo && toOffset > failFrom;
  }
}
