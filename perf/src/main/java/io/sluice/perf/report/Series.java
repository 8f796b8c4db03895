package io.sluice.perf.report;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * One figure, measured once in each round.
 *
 * @param unit its unit, as printed
 * @param values one for each round, at least one
 */
public record Series(String unit, List<Double> values) {
  /** Checks that there is something to speak of. */
  public Series {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a series needs at least one value");
    }
    values = List.copyOf(values);
  }

  /**
   * The value in the middle, or the mean of the two there.
   *
   * @return the median
   */
  public double median() {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The smallest value.
   *
   * @return the minimum
   */
  public double min() {
    return Collections.min(values);
  }

  /**
   * The greatest value.
   *
   * @return the maximum
   */
  public double max() {
    return Collections.max(values);
  }

  /**
   * How far the rounds are apart.
   *
   * @return the greatest less the smallest, as a part of the median; 0 for a median of 0
   */
  public double spread() {
    return median() == 0 ? 0 : (max() - min()) / Math.abs(median());
  }

  /**
   * This series over another, round by round: what slows the whole machine down for a while slows
   * both down, and cancels. Rounds that only one of them has, the last ones, do not count.
   *
   * @param other the divisor
   * @return one ratio for each round
   */
  public Series over(Series other) {
    Double[] ratios = new Double[Math.min(values.size(), other.values.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values.get(i) / other.values.get(i);
    }
    return new Series("", Arrays.asList(ratios));
  }

  /**
   * For a table.
   *
   * @return median, and the spread where there is more than one round
   */
  public String text() {
    return values.size() == 1 ? number(median()) : number(median()) + " " + range();
  }

  /**
   * The spread, for a table.
   *
   * @return the smallest and the greatest value, in brackets
   */
  public String range() {
    return "(" + number(min()) + ".." + number(max()) + ")";
  }

  /**
   * A number with as many decimals as mean something.
   *
   * @param value the number
   * @return its text
   */
  public static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.0f", value);
  }
}
