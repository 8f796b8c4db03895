package io.sluice.server.metrics;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Durations written by one thread and drained by another, without a lock on the writer's side.
 *
 * <p>Everything is allocated by the constructor: two histograms that writer and reader exchange.
 */
final class LatencyRecorder {
  /** Shorter durations are counted as this one: 1 us, in nanoseconds. */
  static final long MIN_NS = 1_000L;

  /** Longer durations are counted as this one: one hour, in nanoseconds. */
  static final long MAX_NS = 3_600_000_000_000L;

  /** Two significant decimal digits: a recorded duration is off by 1 % at most. */
  static final int SIGNIFICANT_DIGITS = 2;

  private final SingleWriterRecorder recorder =
      new SingleWriterRecorder(MIN_NS, MAX_NS, SIGNIFICANT_DIGITS);

  private Histogram drained = recorder.getIntervalHistogram();

  /**
   * A histogram of the same range and resolution.
   *
   * @return an empty histogram for one thread
   */
  static Histogram histogram() {
    return new Histogram(MIN_NS, MAX_NS, SIGNIFICANT_DIGITS);
  }

  /**
   * Records one duration. The writer's thread only; does not wait and does not allocate.
   *
   * @param durationNs nanoseconds; held to the range {@link #MIN_NS} to {@link #MAX_NS}
   */
  void record(final long durationNs) {
    recorder.recordValue(Math.max(MIN_NS, Math.min(durationNs, MAX_NS)));
  }

  /**
   * Everything recorded since the previous call. One reader at a time; waits for a record that is
   * in progress.
   *
   * @return valid until the next call
   */
  Histogram drain() {
    drained = recorder.getIntervalHistogram(drained);
    return drained;
  }
}
