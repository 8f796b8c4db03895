package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.http.DigestKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The blobs that one loop has open, by digest: a bounded table, so that a digest costs one {@code
 * openat} and then none.
 *
 * <p>An entry that has not been checked for {@link #CHECK_INTERVAL_NS} is looked up again by path
 * before it is used, so that a blob which has been deleted or replaced is not served for longer
 * than that. Entries nobody uses are closed after {@link #IDLE_CLOSE_NS}, or earlier when their
 * place is wanted: a deleted blob's disk space must not stay allocated because of us.
 */
public final class OpenBlobs {
  /** Operation codes of this component: 0x10 to 0x1f. */
  public static final int OPERATIONS = 0x10;

  static final int OP_OPEN = 0x10;
  static final int OP_CHECK = 0x11;
  static final int OP_CLOSE = 0x12;

  /** How long a look-up by path stays good. */
  public static final long CHECK_INTERVAL_NS = 500_000_000L;

  /** How long a blob that nobody reads stays open. */
  public static final long IDLE_CLOSE_NS = 2_000_000_000L;

  /** The blob must wait for an open or a check; the listener will be told. */
  public static final int PENDING = -1;

  /** All entries are in use. */
  public static final int FULL = -2;

  /** Scratch memory for each entry: a {@code struct statx} and the blob's path. */
  public static final int SCRATCH_BYTES = 512;

  private static final int PATH_OFFSET = 256;

  /** Never written to, and so the empty path. */
  private static final int EMPTY_PATH_OFFSET = SCRATCH_BYTES - 1;

  private static final int STATX_NLINK = 16;
  private static final int STATX_MODE = 28;
  private static final int STATX_INO = 32;
  private static final int STATX_SIZE = 40;
  private static final int MODE_TYPE = 0xf000;
  private static final int MODE_REGULAR = 0x8000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int OPEN_FLAGS = 0x80000 | 0x20000 | 0x800; // CLOEXEC, NOFOLLOW, NONBLOCK
  private static final int O_DIRECT = 0x4000;

  private final Ring ring;
  private final BlobListener listener;
  private final int directoryFd;
  private final byte[] pathPrefix;
  private final MemorySegment scratch;
  private final OpenBlob[] entries;
  private final int[] buckets;
  private final int[] waiterNext;
  private boolean directAllowed;
  private int openCount;

  /**
   * Creates an empty table.
   *
   * @param ring the loop's ring
   * @param listener told of outcomes that had to wait
   * @param directoryFd the directory that {@code pathPrefix} begins in
   * @param pathPrefix leads to the blobs, such as {@code blobs/}
   * @param directAllowed whether to try {@code O_DIRECT}; given up at the first regular file that
   *     refuses it
   * @param scratch {@link #SCRATCH_BYTES} for each entry
   * @param capacity number of entries
   * @param requesters number of possible requesters, who are named by 0 to this, exclusive
   */
  public OpenBlobs(
      Ring ring,
      BlobListener listener,
      int directoryFd,
      byte[] pathPrefix,
      boolean directAllowed,
      MemorySegment scratch,
      int capacity,
      int requesters) {
    this.ring = ring;
    this.listener = listener;
    this.directoryFd = directoryFd;
    this.pathPrefix = pathPrefix;
    this.directAllowed = directAllowed;
    this.scratch = scratch;
    this.entries = new OpenBlob[capacity];
    for (int i = 0; i < capacity; i++) {
      entries[i] = new OpenBlob(i);
    }
    this.buckets = new int[Integer.highestOneBit(capacity) * 4];
    Arrays.fill(buckets, -1);
    this.waiterNext = new int[requesters];
  }

  /**
   * Asks for a blob. When the answer is an index of {@link #get}, the requester holds one use of
   * it; with {@link #PENDING} the listener will hear the outcome; {@link #FULL} means later.
   */
  public int acquire(DigestKey digest, int requester, long nowNs) {
    OpenBlob blob = find(digest);
    if (blob == null) {
      blob = claimEntry(digest);
      if (blob == null) {
        return FULL;
      }
      enqueue(blob, requester);
      open(blob);
      return PENDING;
    }
    if (blob.state == OpenBlob.READY && nowNs - blob.checkedNs < CHECK_INTERVAL_NS) {
      blob.users++;
      blob.usedNs = nowNs;
      return blob.index;
    }
    enqueue(blob, requester);
    if (blob.state == OpenBlob.READY) {
      check(blob);
    }
    return PENDING;
  }

  /** The entry with the given index. */
  public OpenBlob get(int index) {
    return entries[index];
  }

  /** Ends one use of a blob. */
  public void release(OpenBlob blob, long nowNs) {
    blob.users--;
    blob.usedNs = nowNs;
    if (blob.users < 0) {
      throw new IllegalStateException("open blob " + blob.index + " released too often");
    }
    if (blob.stale && blob.users == 0) {
      close(blob);
    }
  }

  /** Handles a completion of this component's operations. */
  public void onCompletion(int operation, int index, int result, long nowNs) {
    OpenBlob blob = entries[index];
    switch (operation) {
      case OP_OPEN -> onOpen(blob, result);
      case OP_CHECK -> onCheck(blob, result, nowNs);
      default -> {}
    }
  }

  /** Closes what has not been used for a while; to be called now and then. */
  public void closeIdle(long nowNs) {
    for (OpenBlob blob : entries) {
      if (blob.state == OpenBlob.READY && blob.users == 0 && nowNs - blob.usedNs > IDLE_CLOSE_NS) {
        retire(blob);
      }
    }
  }

  /** Closes everything that is not in use, at the end of the loop. */
  public void closeAll() {
    for (OpenBlob blob : entries) {
      if (blob.state == OpenBlob.READY && blob.users == 0) {
        retire(blob);
      }
    }
  }

  /** Number of entries that hold a descriptor or are about to. */
  public int openCount() {
    return openCount;
  }

  private OpenBlob find(DigestKey digest) {
    int index = buckets[bucket(digest)];
    while (index >= 0) {
      OpenBlob blob = entries[index];
      if (blob.digest.equals(digest)) {
        return blob;
      }
      index = blob.nextInBucket;
    }
    return null;
  }

  private int bucket(DigestKey digest) {
    return digest.hash() & (buckets.length - 1);
  }

  private OpenBlob claimEntry(DigestKey digest) {
    OpenBlob oldest = null;
    for (OpenBlob blob : entries) {
      if (blob.state == OpenBlob.UNUSED) {
        return adopt(blob, digest);
      }
      if (blob.state == OpenBlob.READY
          && blob.users == 0
          && (oldest == null || blob.usedNs - oldest.usedNs < 0)) {
        oldest = blob;
      }
    }
    if (oldest == null) {
      return null;
    }
    retire(oldest);
    return adopt(oldest, digest);
  }

  private OpenBlob adopt(OpenBlob blob, DigestKey digest) {
    blob.digest.copyFrom(digest);
    blob.generation++;
    blob.stale = false;
    blob.mediaType = null;
    blob.firstWaiter = -1;
    int bucket = bucket(digest);
    blob.nextInBucket = buckets[bucket];
    buckets[bucket] = blob.index;
    openCount++;
    long path = pathOffset(blob);
    MemorySegment.copy(pathPrefix, 0, scratch, ValueLayout.JAVA_BYTE, path, pathPrefix.length);
    digest.writePath(scratch, path + pathPrefix.length);
    return blob;
  }

  private void open(OpenBlob blob) {
    open(blob, directAllowed);
  }

  private void open(OpenBlob blob, boolean direct) {
    blob.state = OpenBlob.OPENING;
    blob.direct = direct;
    int flags = OPEN_FLAGS | (direct ? O_DIRECT : 0);
    ring.openAt(directoryFd, pathAddress(blob), flags, 0, userData(OP_OPEN, blob));
  }

  private void onOpen(OpenBlob blob, int result) {
    if (result == -Errno.EINVAL && blob.direct) {
      open(blob, false);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      open(blob, blob.direct);
    } else if (result < 0) {
      fail(blob, -result);
    } else {
      blob.fd = result;
      check(blob);
    }
  }

  /**
   * Looks at what has just been opened, or, later, whether the path still leads there: size and
   * descriptor must never come from two different files.
   */
  private void check(OpenBlob blob) {
    boolean opened = blob.state == OpenBlob.OPENING;
    blob.state = OpenBlob.CHECKING;
    blob.inode = opened ? 0 : blob.inode;
    long path = opened ? scratch.address() + emptyPathOffset(blob) : pathAddress(blob);
    ring.statx(
        opened ? blob.fd : directoryFd,
        path,
        opened ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW,
        STATX_BASIC_STATS,
        scratch.address() + scratchOffset(blob),
        userData(OP_CHECK, blob));
  }

  private void onCheck(OpenBlob blob, int result, long nowNs) {
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      blob.state = blob.inode == 0 ? OpenBlob.OPENING : OpenBlob.READY;
      check(blob);
      return;
    }
    if (result < 0) {
      closeDescriptor(blob);
      fail(blob, -result);
      return;
    }
    long at = scratchOffset(blob);
    long inode = scratch.get(ValueLayout.JAVA_LONG, at + STATX_INO);
    long size = scratch.get(ValueLayout.JAVA_LONG, at + STATX_SIZE);
    int mode = scratch.get(ValueLayout.JAVA_SHORT, at + STATX_MODE) & 0xffff;
    int links = scratch.get(ValueLayout.JAVA_INT, at + STATX_NLINK);
    if ((mode & MODE_TYPE) != MODE_REGULAR || links == 0) {
      closeDescriptor(blob);
      fail(blob, Errno.ENOENT);
      return;
    }
    // A directory refuses O_DIRECT too; only a file speaks for its file system.
    directAllowed &= blob.direct;
    if (blob.inode != 0 && (blob.inode != inode || blob.sizeBytes != size)) {
      reopen(blob);
      return;
    }
    blob.inode = inode;
    blob.sizeBytes = size;
    blob.state = OpenBlob.READY;
    blob.checkedNs = nowNs;
    blob.usedNs = nowNs;
    answerWaiters(blob);
  }

  /** The path leads to another file by now: who waits gets that one, who reads keeps the old. */
  private void reopen(OpenBlob blob) {
    if (blob.users == 0) {
      closeDescriptor(blob);
      blob.inode = 0;
      blob.mediaType = null;
      open(blob);
    } else {
      fail(blob, Errno.ESTALE);
    }
  }

  private void answerWaiters(OpenBlob blob) {
    int waiter = blob.firstWaiter;
    blob.firstWaiter = -1;
    while (waiter >= 0) {
      int next = waiterNext[waiter];
      blob.users++;
      listener.onBlobOpen(waiter, blob);
      waiter = next;
    }
  }

  private void fail(OpenBlob blob, int errno) {
    int waiter = blob.firstWaiter;
    blob.firstWaiter = -1;
    unlink(blob);
    if (blob.users == 0) {
      free(blob);
    } else {
      blob.stale = true;
      blob.state = OpenBlob.READY;
    }
    while (waiter >= 0) {
      int next = waiterNext[waiter];
      listener.onBlobUnavailable(waiter, errno);
      waiter = next;
    }
  }

  private void retire(OpenBlob blob) {
    unlink(blob);
    close(blob);
  }

  private void close(OpenBlob blob) {
    closeDescriptor(blob);
    free(blob);
  }

  private void closeDescriptor(OpenBlob blob) {
    if (blob.fd >= 0 && blob.users == 0) {
      ring.close(blob.fd, userData(OP_CLOSE, blob));
      blob.fd = -1;
    }
  }

  private void free(OpenBlob blob) {
    blob.state = OpenBlob.UNUSED;
    blob.mediaType = null;
    blob.inode = 0;
    openCount--;
  }

  private void unlink(OpenBlob blob) {
    int bucket = bucket(blob.digest);
    int index = buckets[bucket];
    if (index == blob.index) {
      buckets[bucket] = blob.nextInBucket;
      return;
    }
    while (index >= 0) {
      OpenBlob previous = entries[index];
      if (previous.nextInBucket == blob.index) {
        previous.nextInBucket = blob.nextInBucket;
        return;
      }
      index = previous.nextInBucket;
    }
  }

  private void enqueue(OpenBlob blob, int requester) {
    waiterNext[requester] = blob.firstWaiter;
    blob.firstWaiter = requester;
  }

  private long scratchOffset(OpenBlob blob) {
    return (long) blob.index * SCRATCH_BYTES;
  }

  private long pathOffset(OpenBlob blob) {
    return scratchOffset(blob) + PATH_OFFSET;
  }

  private static long emptyPathOffset(OpenBlob blob) {
    return (long) blob.index * SCRATCH_BYTES + EMPTY_PATH_OFFSET;
  }

  private long pathAddress(OpenBlob blob) {
    return scratch.address() + pathOffset(blob);
  }

  private static long userData(int operation, OpenBlob blob) {
    return UserData.pack(operation, blob.generation, blob.index);
  }
}
