package io.sluice.perf.workload;

import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One figure of a node over hours, and whether it grows. One thread at a time. */
final class Drift {
  private final String name;
  private final String unit;
  private final double growthMax;
  private final boolean relative;
  private final List<double[]> samples = new ArrayList<>();

  /** What can be said about a figure over time. */
  enum Verdict {
    /** With 95 % confidence it grows by less than its bound. */
    FLAT("flat"),
    /** It may grow by more than its bound, and that is not for want of samples. */
    DRIFTS("drifts"),
    /** The samples allow growth from below the bound to above it. */
    TOO_SHORT("too short to say");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private Drift(String name, String unit, double growthMax, boolean relative) {
    this.name = name;
    this.unit = unit;
    this.growthMax = growthMax;
    this.relative = relative;
  }

  /**
   * A figure that may grow by so much.
   *
   * @param name the figure's name
   * @param unit its unit
   * @param growthMax the most that it may grow by in the whole time
   * @return the figure, without samples
   */
  static Drift absolute(String name, String unit, double growthMax) {
    return new Drift(name, unit, growthMax, false);
  }

  /**
   * A figure that may grow by a part of its median.
   *
   * @param name the figure's name
   * @param unit its unit
   * @param percentMax the most that it may grow by in the whole time, percent
   * @return the figure, without samples
   */
  static Drift relative(String name, String unit, double percentMax) {
    return new Drift(name, unit, percentMax, true);
  }

  /**
   * Adds a sample.
   *
   * @param hours since the beginning, more than before
   * @param value the figure then
   */
  void add(double hours, double value) {
    samples.add(new double[] {hours, value});
  }

  /**
   * What came of it.
   *
   * @param growth in the whole time
   * @param low the least that it may be, with 95 % confidence
   * @param high the most
   * @param verdict in a word
   */
  record Growth(double growth, double low, double high, Verdict verdict) {}

  /**
   * Judges the samples.
   *
   * @param hours the whole time that the growth is told for
   * @return the growth
   */
  Growth over(double hours) {
    Slope slope = Slope.of(samples);
    double scale = relative ? 100 / median() : 1;
    double low = slope.low() * hours * scale;
    double high = slope.high() * hours * scale;
    return new Growth(slope.perUnit() * hours * scale, low, high, verdict(low, high));
  }

  private Verdict verdict(double low, double high) {
    if (high <= growthMax) {
      return Verdict.FLAT;
    }
    boolean surely = low > growthMax || high - low <= growthMax;
    return surely ? Verdict.DRIFTS : Verdict.TOO_SHORT;
  }

  private double median() {
    double[] sorted = samples.stream().mapToDouble(sample -> sample[1]).sorted().toArray();
    return sorted.length == 0 ? 1 : sorted[sorted.length / 2];
  }

  /**
   * Writes what came of it into a report: figures, a bound, and the verdict in words.
   *
   * @param report where to
   * @param subject what was watched
   * @param hours the whole time
   */
  void report(ScenarioReport report, String subject, double hours) {
    Growth growth = over(hours);
    String growthUnit = relative ? "%" : unit;
    if (!samples.isEmpty()) {
      report.add(subject, name + " first", unit, samples.getFirst()[1]);
      report.add(subject, name + " last", unit, samples.getLast()[1]);
    }
    report.add(subject, name + " growth", growthUnit, growth.growth());
    report.note(
        name
            + ": "
            + growth.verdict()
            + (samples.size() < Slope.SAMPLES_MIN
                ? ", with " + samples.size() + " samples"
                : ", growth "
                    + Series.number(growth.low())
                    + " to "
                    + Series.number(growth.high())
                    + " "
                    + growthUnit
                    + " with 95 % confidence, from "
                    + samples.size()
                    + " samples"));
    report.add(
        new Bound(
            "growth of " + name + " over " + Series.number(hours) + " h, with 95 % confidence",
            true,
            growthMax,
            growthUnit,
            Double.isFinite(growth.high()) ? Optional.of(growth.high()) : Optional.of(growthMax),
            growth.verdict() != Verdict.TOO_SHORT));
  }
}
