package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.server.config.ReadMode;
import io.sluice.server.http.DigestKey;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;

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

  /** How long a look-up by path stays good. */
  public static final long CHECK_INTERVAL_NS = 500_000_000L;

  /** How long a blob that nobody reads stays open. */
  public static final long IDLE_CLOSE_NS = 2_000_000_000L;

  /** The blob must wait for an open or a check; the listener will be told. */
  public static final int PENDING = -1;

  /** All entries are in use. */
  public static final int FULL = -2;

  /** Longest path that leads to the blobs. */
  public static final int PATH_PREFIX_BYTES_MAX = BlobOpener.PREFIX_BYTES_MAX;

  /** Scratch memory for each entry. */
  public static final int SCRATCH_BYTES = BlobOpener.SCRATCH_BYTES;

  private final BlobListener listener;
  private final BlobOpener opener;
  private final OpenBlob[] entries;
  private final int[] buckets;
  private final int[] waiterNext;
  private int openCount;

  /**
   * Creates an empty table.
   *
   * @param ring the loop's ring
   * @param files what can be known without waiting
   * @param residency what is sent from the page cache
   * @param listener told of outcomes that had to wait
   * @param directoryFd the directory that {@code pathPrefix} begins in
   * @param pathPrefix leads to the blobs, such as {@code blobs/}
   * @param mode how blobs are to be read; {@code O_DIRECT} is given up at the first regular file
   *     that refuses it
   * @param scratch {@link #SCRATCH_BYTES} for each entry
   * @param capacity number of entries
   * @param requesters number of possible requesters, who are named by 0 to this, exclusive
   */
  public OpenBlobs(
      Ring ring,
      ResidentFiles files,
      Residency residency,
      BlobListener listener,
      int directoryFd,
      byte[] pathPrefix,
      ReadMode mode,
      MemorySegment scratch,
      int capacity,
      int requesters) {
    this.listener = listener;
    this.opener =
        new BlobOpener(ring, files, residency, this, directoryFd, pathPrefix, mode, scratch);
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
      opener.open(blob);
      return PENDING;
    }
    if (blob.state == OpenBlob.READY && nowNs - blob.checkedNs < CHECK_INTERVAL_NS) {
      blob.users++;
      blob.usedNs = nowNs;
      return blob.index;
    }
    enqueue(blob, requester);
    if (blob.state == OpenBlob.READY) {
      opener.check(blob);
    }
    return PENDING;
  }

  /** The entry with the given index. */
  public OpenBlob get(int index) {
    return entries[index];
  }

  /** Adds a use of a blob that is in use. */
  void use(OpenBlob blob) {
    blob.users++;
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
    opener.onCompletion(operation, entries[index], result, nowNs);
  }

  /** Closes what has not been used for a while; to be called now and then. */
  public void closeIdle(long nowNs) {
    for (OpenBlob blob : entries) {
      if (blob.state == OpenBlob.READY && blob.users == 0 && nowNs - blob.usedNs > IDLE_CLOSE_NS) {
        retire(blob);
      }
    }
  }

  /** Shows each blob that is in use. */
  public void forEachUsed(Consumer<OpenBlob> receiver) {
    for (OpenBlob blob : entries) {
      if (blob.state == OpenBlob.READY && blob.users > 0) {
        receiver.accept(blob);
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
    blob.complained = false;
    blob.mediaType = null;
    blob.firstWaiter = -1;
    int bucket = bucket(digest);
    blob.nextInBucket = buckets[bucket];
    buckets[bucket] = blob.index;
    openCount++;
    return blob;
  }

  /** A blob is open, or has been looked up again: who waits for it gets it. */
  void onReady(OpenBlob blob, long nowNs) {
    blob.state = OpenBlob.READY;
    blob.checkedNs = nowNs;
    blob.usedNs = nowNs;
    answerWaiters(blob);
  }

  /** The path leads to another file by now: who waits gets that one, who reads keeps the old. */
  void onReplaced(OpenBlob blob) {
    if (blob.users == 0) {
      opener.close(blob);
      blob.mediaType = null;
      opener.open(blob);
    } else {
      onFailed(blob, Errno.ESTALE);
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

  /** A blob's file cannot be read: says so, once. */
  void onUnreadable(OpenBlob blob, int errno) {
    if (!blob.complained) {
      blob.complained = true;
      listener.onBlobUnreadable(blob, errno);
    }
  }

  /** The memory that {@link #digestOffset} points into. */
  public MemorySegment scratch() {
    return opener.scratch();
  }

  /** Where the digest of a blob is written as {@code algorithm/hex}, as long as it is open. */
  public long digestOffset(OpenBlob blob) {
    return opener.digestOffset(blob);
  }

  /** A blob cannot be served; who reads it already goes on. */
  void onFailed(OpenBlob blob, int errno) {
    if (!BlobOpener.isExpected(errno)) {
      onUnreadable(blob, errno);
    }
    int waiter = blob.firstWaiter;
    blob.firstWaiter = -1;
    unlink(blob);
    if (blob.users == 0) {
      close(blob);
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
    opener.close(blob);
    blob.state = OpenBlob.UNUSED;
    blob.mediaType = null;
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
}
