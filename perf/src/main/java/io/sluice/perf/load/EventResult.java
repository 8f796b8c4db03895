package io.sluice.perf.load;

import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What an {@link EventLoad} did.
 *
 * @param load bytes, times and latencies
 * @param requests how many were answered
 * @param lagNs how much later than due the generator sent each request though a connection was free
 * @param waited requests that were due while no connection was free
 * @param connections how many were used at once at most
 */
public record EventResult(
    LoadResult load, int requests, Histogram lagNs, int waited, int connections) {
  private static final double NS_PER_S = 1e9;
  private static final double NS_PER_MS = 1e6;

  /** A generator that is later than this with one request in a hundred is behind. */
  private static final long LATE_MAX_MS = 1;

  private static final double LAG_PERCENTILE = 99;

  /**
   * How many a second.
   *
   * @return answers a second
   */
  public double requestsPerSecond() {
    return requests / (load.elapsedNs() / NS_PER_S);
  }

  /**
   * How much later than due the generator was with one request in a hundred.
   *
   * @return milliseconds
   */
  public double lateMs() {
    return lagNs.getValueAtPercentile(LAG_PERCENTILE) / NS_PER_MS;
  }

  /**
   * Whether the load was the one that was asked for.
   *
   * @return what was different, in one phrase; empty when the generator kept to its schedule
   */
  public Optional<String> behind() {
    if (lateMs() > LATE_MAX_MS) {
      return Optional.of(
          "the generator fell behind its schedule by more than "
              + LATE_MAX_MS
              + " ms with one request in a hundred");
    }
    if (waited > 0) {
      return Optional.of("requests waited for one of all " + connections + " connections");
    }
    return Optional.empty();
  }
}
