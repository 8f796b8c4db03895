package io.sluice.server.relay;

import io.sluice.server.config.Limits;

/**
 * How long good answers have taken lately, and so after what time to ask a second peer: when nine
 * in ten would have answered. A histogram of fixed size that forgets half when it is full.
 */
final class HeadTimes {
  static final int PERCENT = 90;

  /** With fewer answers than this the percentile says nothing yet. */
  static final int ANSWERS_MIN = 16;

  private static final int ANSWERS_MAX = 512;

  /** Four buckets for each doubling, from 64 us on. */
  private static final int SHIFT_MIN = 16;

  private static final int SUB_BITS = 2;
  private static final int BUCKETS = 20 << SUB_BITS;

  private final int[] counts = new int[BUCKETS];
  private int total;

  /** A peer has answered well, so long after it was called. */
  void record(long afterNs) {
    counts[bucket(afterNs)]++;
    total++;
    if (total == ANSWERS_MAX) {
      total = 0;
      for (int i = 0; i < BUCKETS; i++) {
        counts[i] >>>= 1;
        total += counts[i];
      }
    }
  }

  /** How long to wait for one peer before another one is asked as well. */
  long hedgeDelayNs() {
    if (total < ANSWERS_MIN) {
      return Limits.HEDGE_DELAY_UNKNOWN_NS;
    }
    int wanted = (total * PERCENT + 99) / 100;
    int seen = 0;
    int bucket = -1;
    while (seen < wanted) {
      seen += counts[++bucket];
    }
    return Math.clamp(upperNs(bucket), Limits.HEDGE_DELAY_MIN_NS, Limits.HEDGE_DELAY_MAX_NS);
  }

  private static int bucket(long ns) {
    long value = Math.max(ns, 1L << SHIFT_MIN);
    int magnitude = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    int part = (int) (value >>> (magnitude - SUB_BITS)) & ((1 << SUB_BITS) - 1);
    return Math.min(((magnitude - SHIFT_MIN) << SUB_BITS) + part, BUCKETS - 1);
  }

  /** The end of a bucket. */
  private static long upperNs(int bucket) {
    int magnitude = SHIFT_MIN + (bucket >> SUB_BITS);
    long part = (bucket & ((1 << SUB_BITS) - 1)) + 1L;
    return (1L << magnitude) + (part << (magnitude - SUB_BITS));
  }
}
