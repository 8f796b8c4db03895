package io.sluice.server.transfer;

import io.sluice.server.http.DigestKey;

/** A blob file that is open: descriptors, size and who uses it. Entry of {@link OpenBlobs}. */
public final class OpenBlob {
  static final int UNUSED = 0;
  static final int OPENING = 1;
  static final int CHECKING = 2;
  static final int READY = 3;

  final int index;
  final DigestKey digest = new DigestKey();
  int state = UNUSED;
  int generation;

  /** Reads through the page cache. */
  int fd = -1;

  /** Reads past the page cache; -1 where the file system refuses that, or it is not wanted. */
  int directFd = -1;

  long sizeBytes;
  long inode;
  boolean direct;
  boolean stale;

  /** Somebody has heard that it cannot be read. */
  boolean complained;

  int users;
  int firstWaiter = -1;
  int nextInBucket = -1;
  long usedNs;
  long checkedNs;
  byte[] mediaType;

  OpenBlob(int index) {
    this.index = index;
  }

  /** The blob's digest; do not change. */
  public DigestKey digest() {
    return digest;
  }

  /** Size of the file in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** The descriptor that reads through the page cache. */
  public int fd() {
    return fd;
  }

  /** Whether the file is read with O_DIRECT. */
  public boolean direct() {
    return direct;
  }

  /**
   * Media type as it stands in {@code Content-Type}, or null as long as nobody has found it out.
   */
  public byte[] mediaType() {
    return mediaType;
  }

  /** Remembers the media type for as long as the blob stays open. */
  public void mediaType(byte[] value) {
    mediaType = value;
  }
}
