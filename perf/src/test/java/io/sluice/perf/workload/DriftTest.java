package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Series that somebody made up, who knows what they are. */
class DriftTest {
  private static final double BOUND = 4;
  private static final double SAMPLES_PER_HOUR = 360;

  /** Noise whose neighbours are alike, as in samples of memory. */
  private static DoubleUnaryOperator noise(long seed, double size) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] last = new double[1];
    return x -> last[0] = 0.6 * last[0] + 0.8 * size * random.nextGaussian();
  }

  private static Drift fill(Drift drift, double hours, DoubleUnaryOperator value) {
    for (int i = 0; i < hours * SAMPLES_PER_HOUR; i++) {
      drift.add(i / SAMPLES_PER_HOUR, value.applyAsDouble(i / SAMPLES_PER_HOUR));
    }
    return drift;
  }

  private static Drift.Growth memory(double hours, DoubleUnaryOperator value) {
    return fill(Drift.absolute("memory", "MiB", BOUND), hours, value).over(hours);
  }

  @Test
  void noiseIsFlat() {
    for (long seed = 1; seed <= 20; seed++) {
      DoubleUnaryOperator noise = noise(seed, 2);
      assertEquals(
          Drift.Verdict.FLAT, memory(2, x -> 80 + noise.applyAsDouble(x)).verdict(), "" + seed);
    }
  }

  @Test
  void aFewPeaksInBetweenAreNoGrowth() {
    DoubleUnaryOperator noise = noise(1, 1);
    SplittableRandom random = new SplittableRandom(1);
    Drift.Growth growth =
        memory(1, x -> 80 + noise.applyAsDouble(x) + (random.nextInt(20) == 0 && x > 0.5 ? 50 : 0));
    assertEquals(Drift.Verdict.FLAT, growth.verdict(), growth::toString);
  }

  @Test
  void aSlowLeakDrifts() {
    for (long seed = 1; seed <= 20; seed++) {
      DoubleUnaryOperator noise = noise(seed, 2);
      Drift.Growth growth = memory(4, x -> 80 + 2 * x + noise.applyAsDouble(x));
      assertEquals(Drift.Verdict.DRIFTS, growth.verdict(), growth::toString);
      assertTrue(growth.low() < 8 && growth.high() > 8, growth::toString);
    }
  }

  @Test
  void aStepIsNotFlat() {
    for (double at : new double[] {0.5, 1, 1.5}) {
      DoubleUnaryOperator noise = noise(1, 0.5);
      Drift.Growth growth = memory(2, x -> 80 + (x > at ? 8 : 0) + noise.applyAsDouble(x));
      assertFalse(growth.verdict() == Drift.Verdict.FLAT, at + " " + growth);
    }
  }

  @Test
  void aFewMinutesOfMuchNoiseAreTooShort() {
    int said = 0;
    for (long seed = 1; seed <= 40; seed++) {
      DoubleUnaryOperator noise = noise(seed, 10);
      Drift.Growth growth = memory(0.05, x -> 80 + noise.applyAsDouble(x));
      said += growth.verdict() == Drift.Verdict.TOO_SHORT ? 1 : 0;
    }
    // With as few samples as these, an interval of 95 % is one of 90.
    assertTrue(said >= 34, said + " of 40");
    assertEquals(Drift.Verdict.TOO_SHORT, memory(0.01, x -> 80).verdict());
    assertEquals(Drift.Verdict.TOO_SHORT, memory(0, x -> 80).verdict());
  }

  @Test
  void whatNeverChangesIsFlatFromTheFewestSamplesOn() {
    int samples = Slope.SAMPLES_MIN;
    assertEquals(Drift.Verdict.FLAT, memory(samples / SAMPLES_PER_HOUR, x -> 7).verdict());
    assertEquals(
        Drift.Verdict.TOO_SHORT, memory((samples - 1) / SAMPLES_PER_HOUR, x -> 7).verdict());
  }

  @Test
  void aRelativeFigureGrowsInPercentOfItsMedian() {
    Drift drift = fill(Drift.relative("p99", "ms", 10), 1, x -> 9 + 2 * x);
    Drift.Growth growth = drift.over(1);
    assertEquals(20, growth.growth(), 0.2);
    assertEquals(Drift.Verdict.DRIFTS, growth.verdict());
    assertEquals(
        Drift.Verdict.FLAT,
        fill(Drift.relative("p99", "ms", 10), 1, x -> 9 + 0.5 * x).over(1).verdict());
  }

  @Test
  void daysOfSamplesAreAveragedBeforeTheyAreCompared() {
    DoubleUnaryOperator noise = noise(1, 3);
    List<double[]> samples = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      samples.add(new double[] {i, 5 + 0.001 * i + noise.applyAsDouble(i)});
    }
    assertEquals(0.001, Slope.of(samples).perUnit(), 0.00001);
  }

  @Test
  void theVerdictIsABoundOfTheReport() {
    ScenarioReport report = new ScenarioReport("soak", "a test");
    fill(Drift.absolute("flat", "MiB", BOUND), 1, x -> 3).report(report, "node", 1);
    fill(Drift.absolute("leak", "MiB", BOUND), 1, x -> 9 * x).report(report, "node", 1);
    fill(Drift.absolute("short", "MiB", BOUND), 0.01, x -> x).report(report, "node", 1);
    Drift.absolute("none", "MiB", BOUND).report(report, "node", 1);
    assertEquals(
        List.of(
            Bound.Verdict.OK,
            Bound.Verdict.MISSED,
            Bound.Verdict.NOT_JUDGED,
            Bound.Verdict.NOT_JUDGED),
        report.bounds().stream().map(Bound::verdict).toList());
    assertTrue(report.notes().get(0).startsWith("flat: flat, growth 0"), report.notes().get(0));
    assertTrue(report.notes().get(1).startsWith("leak: drifts"), report.notes().get(1));
    assertEquals("short: too short to say, with 4 samples", report.notes().get(2));
  }
}
