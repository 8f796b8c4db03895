package io.sluice.perf.workload;

/** A straight line through samples, by least squares. One thread at a time. */
final class Trend {
  private long count;
  private double sumX;
  private double sumY;
  private double sumXx;
  private double sumXy;
  private double first = Double.NaN;
  private double last = Double.NaN;

  /**
   * Adds a sample.
   *
   * @param x where
   * @param y what
   */
  void add(double x, double y) {
    count++;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumXy += x * y;
    if (count == 1) {
      first = y;
    }
    last = y;
  }

  /**
   * How steep the line is.
   *
   * @return change of y for each unit of x; 0 with fewer than two different x
   */
  double slope() {
    double spread = count * sumXx - sumX * sumX;
    return spread <= 0 ? 0 : (count * sumXy - sumX * sumY) / spread;
  }

  /**
   * The first sample.
   *
   * @return its y, NaN when there is none
   */
  double first() {
    return first;
  }

  /**
   * The last sample.
   *
   * @return its y, NaN when there is none
   */
  double last() {
    return last;
  }
}
