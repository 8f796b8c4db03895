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
 */
public record Bound(
    String text,
    boolean atMost,
    double limit,
    String unit,
    Optional<Double> measured,
    boolean judged) {

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
