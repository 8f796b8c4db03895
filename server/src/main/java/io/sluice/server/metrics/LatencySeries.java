package io.sluice.server.metrics;

import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * One latency as the scraper knows it: how many durations fell under each bound since the start,
 * and the quantiles of the last one to two minutes.
 *
 * <p>For one thread. Allocates in the constructor only.
 */
final class LatencySeries {
  /** Quantiles look back this far at least, and twice as far at most, if scraped so often: 60 s. */
  static final long WINDOW_NS = 60_000_000_000L;

  private static final double NS_PER_SECOND = 1e9;

  private final long[] boundsNs;
  private final long[] counts;
  private final LongSupplier nanoTime;
  private final Histogram recent = LatencyRecorder.histogram();
  private final Histogram merged = LatencyRecorder.histogram();
  private Histogram window = LatencyRecorder.histogram();
  private Histogram previousWindow = LatencyRecorder.histogram();
  private long windowStartNs;

  /**
   * Prepares an empty series.
   *
   * @param boundsNs upper bounds of the buckets, in ascending order, in nanoseconds
   * @param nanoTime the clock
   */
  LatencySeries(final long[] boundsNs, final LongSupplier nanoTime) {
    this.boundsNs = boundsNs;
    this.counts = new long[boundsNs.length + 1];
    this.nanoTime = nanoTime;
    this.windowStartNs = nanoTime.getAsLong();
  }

  /**
   * Takes in what every loop has recorded since the previous call.
   *
   * @param recorders one of each loop
   */
  void drain(final Iterable<LatencyRecorder> recorders) {
    final long nowNs = nanoTime.getAsLong();
    if (nowNs - windowStartNs >= WINDOW_NS) {
      final Histogram reused = previousWindow;
      previousWindow = window;
      window = reused;
      window.reset();
      windowStartNs = nowNs;
    }
    merged.reset();
    for (final LatencyRecorder recorder : recorders) {
      merged.add(recorder.drain());
    }
    window.add(merged);
    countBuckets();
    recent.reset();
    recent.add(previousWindow);
    recent.add(window);
  }

  /** Upper bounds in seconds, the last one infinite. */
  double[] boundsSeconds() {
    final double[] seconds = new double[counts.length];
    for (int i = 0; i < boundsNs.length; i++) {
      seconds[i] = boundsNs[i] / NS_PER_SECOND;
    }
    seconds[boundsNs.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }

  /** How many durations fell between each bound and the one below it, since the start. */
  long[] counts() {
    return counts.clone();
  }

  /**
   * A quantile of the recent durations.
   *
   * @param quantile 0 to 1; 1 is the longest
   * @return seconds, not a number if there was none
   */
  double recentQuantileSeconds(final double quantile) {
    return recent.getTotalCount() == 0
        ? Double.NaN
        : recent.getValueAtPercentile(quantile * 100) / NS_PER_SECOND;
  }

  /** A duration within 1 % above a bound may count as below it: the recorder's resolution. */
  private void countBuckets() {
    final long total = merged.getTotalCount();
    if (total == 0) {
      return;
    }
    long below = 0;
    for (int i = 0; i < boundsNs.length; i++) {
      final long upTo = merged.getCountBetweenValues(0, boundsNs[i]);
      counts[i] += upTo - below;
      below = upTo;
    }
    counts[boundsNs.length] += total - below;
  }
}
