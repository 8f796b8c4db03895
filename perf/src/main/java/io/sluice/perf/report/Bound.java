package io.sluice.perf.report;

import java.util.Optional;

/**
 * A promise about a figure, and what came of it.
 *
 * @param text the promise in words, without the number
 * @param atMost true where the figure may not be greater than the limit, false where not smaller
 * @param limit the promised number
 * @param unit of both numbers, as printed
 * @param measured the figure; empty when it could not be measured
 * @param judged whether missing it counts: a quick run only judges what does not depend on time
 * @param rounds the rounds that the figure was taken from; empty when it was not measured in rounds
 */
public record Bound(
    String text,
    boolean atMost,
    double limit,
    String unit,
    Optional<Double> measured,
    boolean judged,
    Optional<Series> rounds) {

  /**
   * A promise about a figure that has no rounds.
   *
   * @param text the promise in words, without the number
   * @param atMost true where the figure may not be greater than the limit
   * @param limit the promised number
   * @param unit of both numbers
   * @param measured the figure; empty when it could not be measured
   * @param judged whether missing it counts
   */
  public Bound(
      String text,
      boolean atMost,
      double limit,
      String unit,
      Optional<Double> measured,
      boolean judged) {
    this(text, atMost, limit, unit, measured, judged, Optional.empty());
  }

  /**
   * A promise about the usual round: what the machine did to one of them does not decide.
   *
   * @param text the promise in words, without the number
   * @param atMost true where the figure may not be greater than the limit
   * @param limit the promised number
   * @param rounds the figure in each round; empty when it could not be measured
   * @param judged whether missing it counts
   * @return the bound, on the median
   */
  public static Bound usual(
      String text, boolean atMost, double limit, Optional<Series> rounds, boolean judged) {
    return new Bound(
        text,
        atMost,
        limit,
        rounds.map(Series::unit).orElse(""),
        rounds.map(Series::median),
        judged,
        rounds);
  }

  /**
   * A promise about every round.
   *
   * @param text the promise in words, without the number
   * @param atMost true where the figure may not be greater than the limit
   * @param limit the promised number
   * @param rounds the figure in each round; empty when it could not be measured
   * @param judged whether missing it counts
   * @return the bound, on the worst round
   */
  public static Bound always(
      String text, boolean atMost, double limit, Optional<Series> rounds, boolean judged) {
    return new Bound(
        text,
        atMost,
        limit,
        rounds.map(Series::unit).orElse(""),
        rounds.map(atMost ? Series::max : Series::min),
        judged,
        rounds);
  }

  /**
   * Whether some rounds are on one side of the limit and some on the other, so that the verdict may
   * be another one next time.
   *
   * @return true when the rounds disagree
   */
  public boolean close() {
    return rounds.isPresent() && rounds.get().min() < limit && rounds.get().max() > limit;
  }

  /** What came of a bound. */
  public enum Verdict {
    /** The promise is kept. */
    OK("ok"),
    /** The promise is broken. */
    MISSED("MISSED"),
    /** Measured in too short a run to say. */
    NOT_JUDGED("not judged"),
    /** Something that it needs was missing. */
    NOT_MEASURED("NOT MEASURED");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /**
     * For a table.
     *
     * @return a word or two
     */
    public String text() {
      return text;
    }
  }

  /**
   * What came of it.
   *
   * @return the verdict
   */
  public Verdict verdict() {
    if (measured.isEmpty()) {
      return Verdict.NOT_MEASURED;
    }
    if (!judged) {
      return Verdict.NOT_JUDGED;
    }
    boolean held = atMost ? measured.get() <= limit : measured.get() >= limit;
    return held ? Verdict.OK : Verdict.MISSED;
  }

  /**
   * Whether a run with this bound may count as passed.
   *
   * @return false when it was missed, or could not be measured
   */
  public boolean passed() {
    return verdict() == Verdict.OK || verdict() == Verdict.NOT_JUDGED;
  }
}
