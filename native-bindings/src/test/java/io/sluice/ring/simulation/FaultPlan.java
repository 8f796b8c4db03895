package io.sluice.ring.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** How likely each {@link Fault} is. Immutable; the kernel rolls the dice with its own seed. */
public final class FaultPlan {
  private static final double FAULT_PRESENT_PROBABILITY = 0.5;

  private final Map<Fault, Double> probabilities;

  private FaultPlan(Map<Fault, Double> probabilities) {
    this.probabilities = probabilities;
  }

  /** A kernel that is friendly: all delays fixed, nothing fails, nothing is short. */
  public static FaultPlan none() {
    return new FaultPlan(new EnumMap<>(Fault.class));
  }

  /**
   * A kernel with a temper that {@code seed} decides: each fault is absent or has a probability up
   * to its own maximum, small ones more often than large ones.
   */
  public static FaultPlan random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Fault, Double> probabilities = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      boolean present = random.nextDouble() < FAULT_PRESENT_PROBABILITY;
      double share = random.nextDouble();
      if (present) {
        probabilities.put(fault, fault.probabilityMax * share * share);
      }
    }
    return new FaultPlan(probabilities);
  }

  /**
   * This plan with one probability changed.
   *
   * @throws IllegalArgumentException unless {@code probability} is between 0 and 1
   */
  public FaultPlan with(Fault fault, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "The probability of " + fault + " is " + probability + "; give one between 0 and 1.");
    }
    Map<Fault, Double> changed = new EnumMap<>(Fault.class);
    changed.putAll(probabilities);
    changed.put(fault, probability);
    return new FaultPlan(changed);
  }

  /** The probability of {@code fault}, 0 when the plan does not have it. */
  public double probability(Fault fault) {
    return probabilities.getOrDefault(fault, 0.0);
  }

  @Override
  public String toString() {
    return "FaultPlan" + probabilities;
  }
}
