package io.sluice.perf.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How steeply a series of samples rises or falls, and how sure that is: the estimator of Theil and
 * Sen, which is the median of the slopes between all pairs of samples, so that a few samples that
 * are far off do not move it; with the 95 % interval of Sen (1968), from the variance of Kendall's
 * S. Neighbouring samples of memory are alike, and then say less than as many independent ones: the
 * variance is widened for that as Yue and Wang (2004) have it, by the first autocorrelation of what
 * is left when the slope is taken out.
 *
 * @param perUnit change of y for each unit of x
 * @param low the lower end of the interval; minus infinity with too few samples
 * @param high the upper end; infinity with too few samples
 */
record Slope(double perUnit, double low, double high) {
  /** Nothing is said about fewer. */
  static final int SAMPLES_MIN = 12;

  /** More are averaged in groups, since each pair of them is looked at. */
  static final int SAMPLES_MAX = 720;

  /** Of the normal distribution, for 95 %. */
  private static final double QUANTILE = 1.96;

  /** A perfect correlation would leave no information at all. */
  private static final double CORRELATION_MAX = 0.99;

  /**
   * Fits a line.
   *
   * @param samples x and y of each, x rising
   * @return its slope
   */
  static Slope of(List<double[]> samples) {
    List<double[]> few = thinned(samples);
    int count = few.size();
    if (count < SAMPLES_MIN) {
      return new Slope(0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double[] slopes = pairs(few);
    double median = median(slopes);
    double variance = count * (count - 1.0) * (2 * count + 5) / 18;
    double half = QUANTILE * Math.sqrt(variance * inflation(few, median));
    int low = (int) Math.floor((slopes.length - half) / 2);
    int high = (int) Math.ceil((slopes.length + half) / 2);
    return new Slope(
        median,
        low < 0 ? Double.NEGATIVE_INFINITY : slopes[low],
        high >= slopes.length ? Double.POSITIVE_INFINITY : slopes[high]);
  }

  private static List<double[]> thinned(List<double[]> samples) {
    int group = Math.ceilDiv(samples.size(), SAMPLES_MAX);
    if (group <= 1) {
      return samples;
    }
    List<double[]> means = new ArrayList<>();
    for (int from = 0; from + group <= samples.size(); from += group) {
      double[] mean = new double[2];
      for (double[] sample : samples.subList(from, from + group)) {
        mean[0] += sample[0] / group;
        mean[1] += sample[1] / group;
      }
      means.add(mean);
    }
    return means;
  }

  /** The slopes between all pairs, in order of size. */
  private static double[] pairs(List<double[]> samples) {
    int count = samples.size();
    double[] slopes = new double[count * (count - 1) / 2];
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        double[] from = samples.get(i);
        double[] to = samples.get(j);
        slopes[next++] = (to[1] - from[1]) / (to[0] - from[0]);
      }
    }
    Arrays.sort(slopes);
    return slopes;
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** By what the variance grows, 1 for samples that have nothing to do with each other. */
  private static double inflation(List<double[]> samples, double slope) {
    int count = samples.size();
    double correlation = correlation(samples, slope);
    double sum = 1;
    double power = 1;
    for (int lag = 1; lag < count; lag++) {
      power *= correlation;
      sum += 2 * (1 - lag / (double) count) * power;
    }
    return sum;
  }

  /**
   * Of each sample and the next, without the trend; 0 where they are less than unrelated. What a
   * fitted line leaves looks less correlated than it is, by (2 + 4 r) / n (Marriott and Pope,
   * 1954).
   */
  private static double correlation(List<double[]> samples, double slope) {
    int count = samples.size();
    double[] rest = samples.stream().mapToDouble(s -> s[1] - slope * s[0]).toArray();
    double mean = Arrays.stream(rest).average().orElseThrow();
    double own = 0;
    double shifted = 0;
    for (int i = 0; i < count; i++) {
      own += (rest[i] - mean) * (rest[i] - mean);
      shifted += i == 0 ? 0 : (rest[i] - mean) * (rest[i - 1] - mean);
    }
    double unbiased = (count * shifted / own + 2) / (count - 4);
    return own == 0 ? 0 : Math.clamp(unbiased, 0, CORRELATION_MAX);
  }
}
