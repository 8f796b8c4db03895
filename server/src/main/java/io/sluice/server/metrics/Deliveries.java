package io.sluice.server.metrics;

import io.sluice.server.http.DigestKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where the bytes came from that one loop has lately delivered to clients of this node: a row for
 * each digest and source. Memory is fixed; a new row takes the place of the one in its group that
 * was used longest ago.
 *
 * <p>One writer, the loop's thread, which neither allocates nor waits. Any thread may {@link
 * #read}.
 */
final class Deliveries {
  /** Rows of each loop. */
  static final int ROWS = 512;

  /** Rows that a digest can be in. */
  static final int GROUP_ROWS = 16;

  /** {@code AF_INET} as it lies in the upper half of family and port; {@code AF_INET6} is other. */
  private static final int AF_INET = 2;

  /** In place of family and port: this node's own store. */
  private static final int STORE = 0;

  private static final int VERSION = 0;
  private static final int DIGEST = 1;
  private static final int ADDRESS_HIGH = DIGEST + DigestKey.TABLE_STRIDE;
  private static final int ADDRESS_LOW = ADDRESS_HIGH + 1;
  private static final int FAMILY_AND_PORT = ADDRESS_LOW + 1;
  private static final int BYTES = FAMILY_AND_PORT + 1;
  private static final int USED = BYTES + 1;
  private static final int STRIDE = USED + 1;
  private static final int READ_ATTEMPTS = 100;

  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] table = new long[ROWS * STRIDE];

  /** Grows with each use; the writer's alone. */
  private long uses;

  /** Rows that were lost to others. */
  private volatile long forgotten;

  /** The writer: bytes of this node's own store have been handed to a client. */
  void fromStore(DigestKey digest, long bytes) {
    add(digest, 0, 0, STORE, bytes);
  }

  /**
   * The writer: a peer has sent bytes that are relayed.
   *
   * @param addressHigh first half of an IPv6 address as it lies in memory, otherwise 0
   * @param addressLow second half of it, or the IPv4 address
   * @param familyAndPort as they lie in memory, the family in the upper half
   */
  void fromPeer(
      DigestKey digest, long addressHigh, long addressLow, int familyAndPort, long bytes) {
    add(digest, addressHigh, addressLow, familyAndPort, bytes);
  }

  private void add(DigestKey digest, long high, long low, int familyAndPort, long bytes) {
    if (digest.isEmpty() || bytes <= 0) {
      return;
    }
    int group = (digest.hash() & Integer.MAX_VALUE) % (ROWS / GROUP_ROWS) * GROUP_ROWS;
    int oldest = group * STRIDE;
    for (int row = group; row < group + GROUP_ROWS; row++) {
      int at = row * STRIDE;
      if (table[at + FAMILY_AND_PORT] == familyAndPort
          && table[at + ADDRESS_LOW] == low
          && table[at + ADDRESS_HIGH] == high
          && digest.matches(table, at + DIGEST)) {
        table[at + USED] = ++uses;
        VALUE.setRelease(table, at + BYTES, table[at + BYTES] + bytes);
        return;
      }
      if (table[at + USED] < table[oldest + USED]) {
        oldest = at;
      }
    }
    replace(oldest, digest, high, low, familyAndPort, bytes);
  }

  /** An odd version tells readers that the row is being changed. */
  private void replace(
      int at, DigestKey digest, long high, long low, int familyAndPort, long bytes) {
    if (table[at + USED] != 0) {
      forgotten = forgotten + 1;
    }
    long version = table[at + VERSION];
    VALUE.setOpaque(table, at + VERSION, version + 1);
    VarHandle.storeStoreFence();
    digest.copyTo(table, at + DIGEST);
    table[at + ADDRESS_HIGH] = high;
    table[at + ADDRESS_LOW] = low;
    table[at + FAMILY_AND_PORT] = familyAndPort;
    table[at + BYTES] = bytes;
    table[at + USED] = ++uses;
    VALUE.setRelease(table, at + VERSION, version + 2);
  }

  /** Any thread: adds all rows to a report, each as it was at one moment. */
  void read(SourceReport.Builder report) {
    long[] row = new long[STRIDE];
    // Before the rows: one that is lost meanwhile is then counted by the next report.
    report.forgotten(forgotten);
    for (int at = 0; at < table.length; at += STRIDE) {
      if (copy(at, row) && row[DIGEST] != DigestKey.NO_ALGORITHM) {
        report.add(digest(row), source(row), row[BYTES]);
      }
    }
  }

  /** False when the row changes all the time; then it is a new one, which is not missed yet. */
  private boolean copy(int at, long[] row) {
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      long version = (long) VALUE.getAcquire(table, at + VERSION);
      for (int i = DIGEST; i < STRIDE; i++) {
        row[i] = (long) VALUE.getOpaque(table, at + i);
      }
      VarHandle.acquireFence();
      if ((version & 1) == 0 && version == (long) VALUE.getOpaque(table, at + VERSION)) {
        return true;
      }
    }
    return false;
  }

  private static String digest(long[] row) {
    DigestKey key = new DigestKey();
    key.copyFrom(row, DIGEST);
    return key.toString();
  }

  private static String source(long[] row) {
    int familyAndPort = (int) row[FAMILY_AND_PORT];
    return familyAndPort == STORE
        ? SourceReport.STORE
        : PeerName.of(
            row[ADDRESS_HIGH],
            row[ADDRESS_LOW],
            familyAndPort >> Short.SIZE == AF_INET,
            (short) familyAndPort);
  }
}
