package io.sluice.perf.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws items of which few are popular: the one of rank k is drawn in proportion to 1 / k^s. Not
 * safe for use by several threads.
 */
public final class Zipf {
  private final double[] cumulative;
  private final SplittableRandom random;

  /**
   * A lottery.
   *
   * @param items how many there are, at least one
   * @param exponent s; 0 makes all alike
   * @param seed of the draws
   */
  public Zipf(int items, double exponent, long seed) {
    if (items < 1) {
      throw new IllegalArgumentException("there is nothing to draw from");
    }
    this.cumulative = new double[items];
    this.random = new SplittableRandom(seed);
    double sum = 0;
    for (int item = 0; item < items; item++) {
      sum += Math.pow(item + 1, -exponent);
      cumulative[item] = sum;
    }
  }

  /**
   * Draws one.
   *
   * @return its rank from 0, the most popular one
   */
  public int next() {
    double drawn = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, drawn);
    // An exact hit belongs to the next item, whose share begins there.
    return Math.min(cumulative.length - 1, found >= 0 ? found + 1 : -found - 1);
  }
}
