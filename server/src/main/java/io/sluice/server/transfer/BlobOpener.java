package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.ReadMode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Opens blob files for {@link OpenBlobs} and looks at them: one descriptor that reads through the
 * page cache, and where that is wanted and possible one that reads past it. Both, and the size, are
 * made sure to be of one file, whatever happens to the path meanwhile.
 *
 * <p>A small blob that is resident needs only the first: where it has left the page cache before it
 * is sent, it is read through it, and dropped.
 */
final class BlobOpener {
  /** Scratch memory for each entry: a {@code struct statx} and the blob's path. */
  static final int SCRATCH_BYTES = 512;

  private static final int OP_OPEN = 0x10;
  private static final int OP_CHECK = 0x11;
  private static final int OP_CLOSE = 0x12;
  private static final int OP_OPEN_DIRECT = 0x13;
  private static final int OP_ADVISE = 0x15;

  /** Most bytes of a blob that may be read through the page cache after all. */
  private static final long SMALL_BYTES_MAX = 64 * 1024;

  private static final int PATH_OFFSET = 256;

  /** What of a path may lead to the blobs: behind it there is the longest digest, and a zero. */
  static final int PREFIX_BYTES_MAX = SCRATCH_BYTES - PATH_OFFSET - "sha512/".length() - 128 - 1;

  private static final int STATX_NLINK = 16;
  private static final int STATX_MODE = 28;
  private static final int STATX_INO = 32;
  private static final int STATX_SIZE = 40;
  private static final int MODE_TYPE = 0xf000;
  private static final int MODE_REGULAR = 0x8000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int OPEN_FLAGS = 0x80000 | 0x20000 | 0x800; // CLOEXEC, NOFOLLOW, NONBLOCK
  private static final int O_DIRECT = 0x4000;
  private static final int FADV_RANDOM = 1;

  private final Ring ring;
  private final ResidentFiles files;
  private final Residency residency;
  private final OpenBlobs blobs;
  private final int directoryFd;
  private final byte[] pathPrefix;
  private final boolean readsAhead;
  private final MemorySegment scratch;
  private boolean directAllowed;

  BlobOpener(
      Ring ring,
      ResidentFiles files,
      Residency residency,
      OpenBlobs blobs,
      int directoryFd,
      byte[] pathPrefix,
      ReadMode mode,
      MemorySegment scratch) {
    this.ring = ring;
    this.files = files;
    this.residency = residency;
    this.blobs = blobs;
    this.directoryFd = directoryFd;
    this.pathPrefix = pathPrefix;
    this.directAllowed = mode.isDirect();
    this.readsAhead = mode.keepsPages();
    this.scratch = scratch;
  }

  /**
   * Whether a failure needs no explanation: there is no such blob, or not any more, or what is at
   * its place is no regular file, or the process is out of something that comes back.
   */
  static boolean isExpected(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENXIO, Errno.ESTALE -> true;
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ECANCELED -> true;
      default -> false;
    };
  }

  MemorySegment scratch() {
    return scratch;
  }

  /** Where the path of the blob's file says its digest. */
  long digestOffset(OpenBlob blob) {
    return pathOffset(blob) + pathPrefix.length;
  }

  /** Opens the file of the blob's digest; {@link OpenBlobs} hears the outcome. */
  void open(OpenBlob blob) {
    long path = pathOffset(blob);
    MemorySegment.copy(pathPrefix, 0, scratch, ValueLayout.JAVA_BYTE, path, pathPrefix.length);
    blob.digest.writePath(scratch, path + pathPrefix.length);
    blob.state = OpenBlob.OPENING;
    blob.direct = false;
    blob.inode = 0;
    openAt(blob, 0, OP_OPEN);
  }

  /** Looks whether the path still leads to the open file. */
  void check(OpenBlob blob) {
    blob.state = OpenBlob.CHECKING;
    ring.statx(
        directoryFd,
        pathAddress(blob),
        AT_SYMLINK_NOFOLLOW,
        STATX_BASIC_STATS,
        statxAddress(blob),
        userData(OP_CHECK, blob));
  }

  /** Closes the descriptors. */
  void close(OpenBlob blob) {
    if (blob.fd >= 0) {
      ring.close(blob.fd, userData(OP_CLOSE, blob));
      blob.fd = -1;
    }
    if (blob.directFd >= 0) {
      ring.close(blob.directFd, userData(OP_CLOSE, blob));
      blob.directFd = -1;
    }
    blob.inode = 0;
  }

  void onCompletion(int operation, OpenBlob blob, int result, long nowNs) {
    boolean again = result == -Errno.EAGAIN || result == -Errno.EINTR;
    switch (operation) {
      case OP_OPEN -> onOpen(blob, result, again, nowNs);
      case OP_OPEN_DIRECT -> onOpenDirect(blob, result, again, nowNs);
      case OP_CHECK -> onCheck(blob, result, again, nowNs);
      default -> {}
    }
  }

  private void openAt(OpenBlob blob, int moreFlags, int operation) {
    ring.openAt(
        directoryFd, pathAddress(blob), OPEN_FLAGS | moreFlags, 0, userData(operation, blob));
  }

  private void onOpen(OpenBlob blob, int result, boolean again, long nowNs) {
    if (again) {
      openAt(blob, 0, OP_OPEN);
    } else if (result < 0) {
      blobs.onFailed(blob, -result);
    } else {
      blob.fd = result;
      if (!readsAhead) {
        // What is sent is resident; where it is not after all, no more than that is to be read.
        ring.fadvise(blob.fd, 0, 0, FADV_RANDOM, userData(OP_ADVISE, blob));
      }
      onOpened(blob, files.describe(blob.fd, statxAddress(blob)), nowNs);
    }
  }

  private void onOpened(OpenBlob blob, int result, long nowNs) {
    if (result < 0 || !isServable(blob)) {
      blobs.onFailed(blob, result < 0 ? -result : Errno.ENOENT);
      return;
    }
    blob.inode = inode(blob);
    blob.sizeBytes = size(blob);
    blob.checkedNs = nowNs;
    if (directAllowed && !isSmallAndResident(blob)) {
      openAt(blob, O_DIRECT, OP_OPEN_DIRECT);
    } else {
      blobs.onReady(blob, nowNs);
    }
  }

  private boolean isSmallAndResident(OpenBlob blob) {
    boolean small = blob.sizeBytes > 0 && blob.sizeBytes <= SMALL_BYTES_MAX;
    return small && residency.isResident(blob, 0, blob.sizeBytes);
  }

  private void onOpenDirect(OpenBlob blob, int result, boolean again, long nowNs) {
    if (again) {
      openAt(blob, O_DIRECT, OP_OPEN_DIRECT);
    } else if (result == -Errno.EINVAL) {
      directAllowed = false;
      blobs.onReady(blob, blob.checkedNs);
    } else if (result < 0) {
      blobs.onFailed(blob, -result);
    } else {
      blob.directFd = result;
      onDirectOpened(blob, files.describe(result, statxAddress(blob)), nowNs);
    }
  }

  private void onDirectOpened(OpenBlob blob, int result, long nowNs) {
    if (result < 0) {
      blobs.onFailed(blob, -result);
    } else if (!leadsToSameFile(blob)) {
      blobs.onReplaced(blob);
    } else {
      blob.direct = true;
      blobs.onReady(blob, nowNs);
    }
  }

  private void onCheck(OpenBlob blob, int result, boolean again, long nowNs) {
    if (again) {
      check(blob);
    } else if (result < 0 || !isServable(blob)) {
      blobs.onFailed(blob, result < 0 ? -result : Errno.ENOENT);
    } else if (leadsToSameFile(blob)) {
      blobs.onReady(blob, nowNs);
    } else {
      blobs.onReplaced(blob);
    }
  }

  private boolean leadsToSameFile(OpenBlob blob) {
    return inode(blob) == blob.inode && size(blob) == blob.sizeBytes;
  }

  private boolean isServable(OpenBlob blob) {
    long at = scratchOffset(blob);
    int mode = scratch.get(ValueLayout.JAVA_SHORT, at + STATX_MODE) & 0xffff;
    int links = scratch.get(ValueLayout.JAVA_INT, at + STATX_NLINK);
    return (mode & MODE_TYPE) == MODE_REGULAR && links > 0;
  }

  private long inode(OpenBlob blob) {
    return scratch.get(ValueLayout.JAVA_LONG, scratchOffset(blob) + STATX_INO);
  }

  private long size(OpenBlob blob) {
    return scratch.get(ValueLayout.JAVA_LONG, scratchOffset(blob) + STATX_SIZE);
  }

  private long statxAddress(OpenBlob blob) {
    return scratch.address() + scratchOffset(blob);
  }

  private static long scratchOffset(OpenBlob blob) {
    return (long) blob.index * SCRATCH_BYTES;
  }

  private static long pathOffset(OpenBlob blob) {
    return scratchOffset(blob) + PATH_OFFSET;
  }

  private long pathAddress(OpenBlob blob) {
    return scratch.address() + pathOffset(blob);
  }

  private static long userData(int operation, OpenBlob blob) {
    return UserData.pack(operation, blob.generation, blob.index);
  }
}
