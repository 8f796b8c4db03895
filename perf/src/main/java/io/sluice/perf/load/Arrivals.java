package io.sluice.perf.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * When the requests of an open-loop load are due. A schedule that does not wait for answers, as
 * clients that do not know of each other do not.
 */
public final class Arrivals {
  private static final double NS_PER_S = 1e9;

  private final long[] dueNs;

  private Arrivals(long[] dueNs) {
    this.dueNs = dueNs;
  }

  /**
   * Requests at equal distances.
   *
   * @param perSecond how many a second
   * @param durationNs how long
   * @return the schedule, of one request at least
   */
  public static Arrivals even(double perSecond, long durationNs) {
    checkRate(perSecond);
    int count = (int) Math.max(1, perSecond * durationNs / NS_PER_S);
    long[] dueNs = new long[count];
    Arrays.setAll(dueNs, i -> (long) (i * NS_PER_S / perSecond));
    return new Arrivals(dueNs);
  }

  /**
   * Requests of many clients that do not know of each other: a Poisson process, whose distances are
   * exponentially distributed.
   *
   * @param perSecond how many a second in the mean
   * @param durationNs how long
   * @param seed of the distances
   * @return the schedule, of one request at least
   */
  public static Arrivals poisson(double perSecond, long durationNs, long seed) {
    checkRate(perSecond);
    SplittableRandom random = new SplittableRandom(seed);
    int count = (int) Math.max(1, perSecond * durationNs / NS_PER_S);
    long[] dueNs = new long[count];
    double atNs = 0;
    for (int i = 0; i < count; i++) {
      // 1 - [0, 1) is never 0, of which there is no logarithm.
      atNs -= Math.log(1 - random.nextDouble()) * NS_PER_S / perSecond;
      dueNs[i] = (long) atNs;
    }
    return new Arrivals(dueNs);
  }

  private static void checkRate(double perSecond) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("a rate of " + perSecond + " requests a second");
    }
  }

  /**
   * How many requests there are.
   *
   * @return one or more
   */
  public int count() {
    return dueNs.length;
  }

  /**
   * When a request is due.
   *
   * @param request counts from 0
   * @return nanoseconds after the beginning; never before that of the request before
   */
  public long dueNs(int request) {
    return dueNs[request];
  }
}
