package io.sluice.perf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The percentiles that every table has. */
final class Percentiles {
  /** All but the maximum. */
  static final List<Double> ALL = List.of(50.0, 90.0, 99.0, 99.9, 99.99);

  private static final double MEDIAN = 50;
  private static final double NS_PER_MS = 1e6;

  private Percentiles() {}

  /**
   * A percentile's name.
   *
   * @param percentile one of {@link #ALL}
   * @return such as {@code p99.9}
   */
  static String name(double percentile) {
    return "p" + Double.toString(percentile).replace(".0", "");
  }

  /** What stands above {@link #row}. */
  static List<String> heading() {
    List<String> heading = new ArrayList<>();
    ALL.forEach(percentile -> heading.add(name(percentile)));
    heading.addAll(List.of("max", "samples"));
    return heading;
  }

  /**
   * All percentiles of a latency, the maximum, and how many there are.
   *
   * @param nanoseconds the latency
   * @return milliseconds as text; a percentile that has no sample above it is left out, since it
   *     would only be the maximum again
   */
  static List<String> row(Histogram nanoseconds) {
    long samples = nanoseconds.getTotalCount();
    List<String> row = new ArrayList<>();
    for (double percentile : ALL) {
      boolean known = percentile <= MEDIAN || samples * (100 - percentile) / 100 >= 1;
      row.add(known ? milliseconds(nanoseconds.getValueAtPercentile(percentile)) : "-");
    }
    row.add(milliseconds(nanoseconds.getMaxValue()));
    row.add(Long.toString(samples));
    return row;
  }

  private static String milliseconds(long ns) {
    double ms = ns / NS_PER_MS;
    return String.format(Locale.ROOT, ms < 1 ? "%.3f" : "%.1f", ms);
  }
}
