package io.sluice.server.loop;

import io.sluice.server.transfer.SpareCpus;
import java.util.function.IntToLongFunction;

/**
 * Counts the other loops that have used less than half of a CPU lately, for one that has used a
 * quarter itself. Another has nothing to give away: it would only wait for who does its work.
 */
final class QuietLoops implements SpareCpus {
  /** Between two looks. */
  static final long LOOK_NS = 20_000_000L;

  /** What was seen longer ago says nothing about now. */
  static final long STALE_NS = 5 * LOOK_NS;

  /** A loop that uses less than this part of a CPU is quiet. */
  private static final int QUIET_PART = 2;

  /** One that uses at least this part may be so only since others do its work. */
  private static final int BUSY_PART = 4;

  private final int self;
  private final int most;
  private final IntToLongFunction cpuNs;
  private final long[] usedNs;
  private long lookedNs;
  private int quiet;

  /**
   * Creates the view of loop number {@code self}.
   *
   * @param cpus that all loops share
   * @param cpuNs CPU time that a loop's thread has used; negative when it has none
   */
  QuietLoops(int self, int loops, int cpus, IntToLongFunction cpuNs) {
    this.self = self;
    this.most = cpus - 1;
    this.cpuNs = cpuNs;
    this.usedNs = new long[loops];
    this.lookedNs = Long.MIN_VALUE / 2;
  }

  @Override
  public int count(long nowNs) {
    long elapsedNs = nowNs - lookedNs;
    if (usedNs.length > 1 && elapsedNs >= LOOK_NS) {
      look(nowNs, elapsedNs);
    }
    return quiet;
  }

  private void look(long nowNs, long elapsedNs) {
    int count = 0;
    boolean busy = false;
    for (int loop = 0; loop < usedNs.length; loop++) {
      long nowUsedNs = cpuNs.applyAsLong(loop);
      long sinceNs = nowUsedNs - usedNs[loop];
      if (loop == self) {
        busy = sinceNs * BUSY_PART >= elapsedNs;
      } else {
        count += nowUsedNs >= 0 && sinceNs * QUIET_PART < elapsedNs ? 1 : 0;
      }
      usedNs[loop] = nowUsedNs;
    }
    lookedNs = nowNs;
    quiet = !busy || elapsedNs > STALE_NS ? 0 : Math.min(count, most);
  }
}
