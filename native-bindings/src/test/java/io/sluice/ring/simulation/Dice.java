package io.sluice.ring.simulation;

import java.util.SplittableRandom;

/** Every random decision of one kernel, taken from one seed in the order of events. */
final class Dice {
  /** Exponents of two of the shortest and longest fault delay: 1 us and 4 s. */
  private static final int DELAY_EXPONENT_MIN = 10;

  private static final int DELAY_EXPONENT_MAX = 32;

  private final SplittableRandom random;
  private final FaultPlan faults;

  Dice(long seed, FaultPlan faults) {
    this.random = new SplittableRandom(seed);
    this.faults = faults;
  }

  /** Whether {@code fault} happens now. */
  boolean roll(Fault fault) {
    double probability = faults.probability(fault);
    return probability > 0 && random.nextDouble() < probability;
  }

  /** A number from 0 to {@code bound - 1}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A number from 0 to {@code bound - 1}. */
  long below(long bound) {
    return random.nextLong(bound);
  }

  /** A number from 1 to {@code max}. */
  int upTo(int max) {
    return 1 + random.nextInt(max);
  }

  /** A delay of any order of magnitude between a microsecond and some seconds. */
  long delayNs() {
    int exponent = DELAY_EXPONENT_MIN + random.nextInt(DELAY_EXPONENT_MAX - DELAY_EXPONENT_MIN);
    return (1L << exponent) + random.nextLong(1L << exponent);
  }
}
