package io.sluice.server.loop;

import io.sluice.server.http.DigestKey;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which loop reads which blob: one for all loops, without a lock. The first to ask settles it, for
 * the loop that has the fewest blobs, and it stays so until nobody has used the blob for {@code
 * keptNs}.
 *
 * <p>An entry is one word: when it was used last, the loop, and a hash of the digest. Blobs with
 * the same hash have the same home, and where no entry is free the hash says the loop: neither does
 * harm. Any loop's to call.
 */
public final class HomeTable {
  /** Places that are looked at for a blob. */
  static final int PROBES = 8;

  /** An entry is kept for so many ticks, and forgets within another. */
  private static final int TICKS_KEPT = 2;

  private static final int TIME_SHIFT = 40;
  private static final long TIME_MASK = 0xff_ffff;
  private static final int LOOP_SHIFT = 32;
  private static final long LOOP_MASK = 0xff;
  private static final int NONE = -1;

  /** Others may be quicker so often. */
  private static final int ATTEMPTS = 16;

  private final AtomicLongArray entries;
  private final int loops;
  private final long tickNs;
  private final long startNs;

  /**
   * Creates an empty table.
   *
   * @param entries a power of two
   * @param loops from 1 to 255
   * @param keptNs after how long without use a blob may get another home
   * @param nowNs the time
   */
  public HomeTable(int entries, int loops, long keptNs, long nowNs) {
    this.entries = new AtomicLongArray(entries);
    this.loops = loops;
    this.tickNs = keptNs / TICKS_KEPT;
    // An empty entry is one that was used long ago.
    this.startNs = nowNs - 2 * TICKS_KEPT * tickNs;
  }

  /** The loop that is to read a blob, which is used now; {@code self} where it is as good. */
  int homeOf(DigestKey digest, int self, long nowNs) {
    int hash = mixed(digest);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int found = find(hash, nowNs);
      if (found != NONE) {
        return touch(found, nowNs);
      }
      int place = unused(hash, nowNs);
      if (place == NONE) {
        // Counting what is used costs more than a request: not where it changes nothing.
        return byHash(hash);
      }
      int home = leastUsed(self, nowNs);
      if (claim(hash, entry(hash, home, nowNs), nowNs)) {
        return home;
      }
    }
    return byHash(hash);
  }

  /** A loop still uses a blob: if that is its home it stays so. */
  void keep(DigestKey digest, int self, long nowNs) {
    int found = find(mixed(digest), nowNs);
    if (found != NONE && loopOf(entries.get(found)) == self) {
      touch(found, nowNs);
    }
  }

  private int find(int hash, long nowNs) {
    for (int probe = 0; probe < PROBES; probe++) {
      int place = place(hash, probe);
      long entry = entries.get(place);
      if ((int) entry == hash && isUsed(entry, nowNs)) {
        return place;
      }
    }
    return NONE;
  }

  private int byHash(int hash) {
    return Integer.remainderUnsigned(hash, loops);
  }

  private int unused(int hash, long nowNs) {
    for (int probe = 0; probe < PROBES; probe++) {
      int place = place(hash, probe);
      if (!isUsed(entries.get(place), nowNs)) {
        return place;
      }
    }
    return NONE;
  }

  /** Writes an entry where none is used; false when another loop was quicker, or all are. */
  private boolean claim(int hash, long entry, long nowNs) {
    for (int probe = 0; probe < PROBES; probe++) {
      int place = place(hash, probe);
      long present = entries.get(place);
      if (!isUsed(present, nowNs)) {
        return entries.compareAndSet(place, present, entry);
      }
      if ((int) present == hash) {
        return false;
      }
    }
    return false;
  }

  private int touch(int place, long nowNs) {
    long entry = entries.get(place);
    if (entry >>> TIME_SHIFT != tick(nowNs)) {
      long touched = (entry & ((1L << TIME_SHIFT) - 1)) | tick(nowNs) << TIME_SHIFT;
      entries.compareAndSet(place, entry, touched);
    }
    return loopOf(entry);
  }

  private int leastUsed(int self, long nowNs) {
    int best = self;
    int fewest = count(self, nowNs, Integer.MAX_VALUE);
    for (int loop = 0; loop < loops && fewest > 0; loop++) {
      int count = count(loop, nowNs, fewest);
      if (count < fewest) {
        best = loop;
        fewest = count;
      }
    }
    return best;
  }

  /** Blobs of a loop, or {@code enough} when there are more. */
  private int count(int loop, long nowNs, int enough) {
    int count = 0;
    for (int place = 0; place < entries.length() && count < enough; place++) {
      long entry = entries.get(place);
      if (loopOf(entry) == loop && isUsed(entry, nowNs)) {
        count++;
      }
    }
    return count;
  }

  private boolean isUsed(long entry, long nowNs) {
    return (tick(nowNs) - (entry >>> TIME_SHIFT) & TIME_MASK) <= TICKS_KEPT;
  }

  private long tick(long nowNs) {
    return (nowNs - startNs) / tickNs & TIME_MASK;
  }

  private long entry(int hash, int loop, long nowNs) {
    return tick(nowNs) << TIME_SHIFT | (long) loop << LOOP_SHIFT | Integer.toUnsignedLong(hash);
  }

  private int place(int hash, int probe) {
    return (hash + probe) & (entries.length() - 1);
  }

  private static int loopOf(long entry) {
    return (int) (entry >>> LOOP_SHIFT & LOOP_MASK);
  }

  private static int mixed(DigestKey digest) {
    int hash = digest.hash();
    // Every bit of it counts, whatever the number of loops.
    int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    return mixed ^ (mixed >>> 13);
  }
}
