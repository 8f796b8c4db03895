package io.sluice.ring.simulation;

import java.util.BitSet;

/**
 * A regular file: content, a visible size and a link count. Everything may change while it is open,
 * as other processes would do it.
 */
public final class SimulatedFile {
  private static final long PAGE_BYTES = 4096;

  private SimulatedContent content;
  private long sizeBytes;
  private int nlink;
  private long failFrom = Long.MAX_VALUE;
  private long failTo = Long.MAX_VALUE;
  private final BitSet residentPages = new BitSet();
  private long deviceReadBytes;
  private long readDelayNs;
  private BatchingDevice deviceOrNull;

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

  /** From now on the device takes so much longer for each read of this file. */
  public void delayReads(long delayNs) {
    readDelayNs = delayNs;
  }

  /** From now on this file lies on a device that it may share with others. */
  public void moveTo(BatchingDevice device) {
    deviceOrNull = device;
  }

  /** How many names the file has: 0 once it was removed or replaced. */
  public int nlink() {
    return nlink;
  }

  /** Sets the link count that {@code statx} reports. */
  public void setNlink(int nlink) {
    this.nlink = nlink;
  }

  /** Puts the pages of {@code [fromOffset, toOffset)} into the page cache. */
  public void makeResident(long fromOffset, long toOffset) {
    residentPages.set(page(fromOffset), page(toOffset + PAGE_BYTES - 1));
  }

  /** Drops the pages of {@code [fromOffset, toOffset)} from the page cache. */
  public void dropPages(long fromOffset, long toOffset) {
    residentPages.clear(page(fromOffset), page(toOffset + PAGE_BYTES - 1));
  }

  /** Whether the page cache holds all of {@code [fromOffset, toOffset)}. */
  public boolean isResident(long fromOffset, long toOffset) {
    return toOffset <= sizeBytes
        && residentPages.nextClearBit(page(fromOffset)) >= page(toOffset + PAGE_BYTES - 1);
  }

  /** Bytes that reads have brought from the device. */
  public long deviceReadBytes() {
    return deviceReadBytes;
  }

  void onDeviceRead(long bytes) {
    deviceReadBytes += bytes;
  }

  private static int page(long offset) {
    return (int) (offset / PAGE_BYTES);
  }

  /** Where it lies; null for a device that has time for every read at once. */
  BatchingDevice deviceOrNull() {
    return deviceOrNull;
  }

  long readDelayNs() {
    return readDelayNs;
  }

  boolean fails(long fromOffset, long toOffset) {
    return fromOffset < failTo && toOffset > failFrom;
  }
}
