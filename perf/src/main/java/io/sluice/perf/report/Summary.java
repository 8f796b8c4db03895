package io.sluice.perf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All scenarios of a run in a few lines: what was promised, and what came of each. */
final class Summary {
  private static final int SUBJECTS_MAX = 4;

  private final List<ScenarioReport> scenarios;

  /**
   * A promise of a scenario.
   *
   * @param scenario its name
   * @param bound the promise
   */
  record Promise(String scenario, Bound bound) {
    /** The figure with its unit, for a table. */
    String measured() {
      return bound
          .measured()
          .map(value -> (Series.number(value) + " " + bound.unit()).trim())
          .orElse("-");
    }

    /** The limit with its unit, for a table. */
    String limit() {
      String limit = Series.number(bound.limit()) + " " + bound.unit();
      return (bound.atMost() ? "at most " : "at least ") + limit.trim();
    }

    /** How far the rounds are apart, where there are several. */
    String rounds() {
      String range =
          bound.rounds().filter(r -> r.values().size() > 1).map(Series::range).orElse("");
      return (range + (bound.close() ? " close: rounds on both sides" : "")).trim();
    }
  }

  /**
   * A summary.
   *
   * @param scenarios what was found
   */
  Summary(List<ScenarioReport> scenarios) {
    this.scenarios = List.copyOf(scenarios);
  }

  /** All promises, in order. */
  List<Promise> promises() {
    List<Promise> promises = new ArrayList<>();
    for (ScenarioReport scenario : scenarios) {
      scenario.bounds().forEach(bound -> promises.add(new Promise(scenario.name(), bound)));
    }
    return promises;
  }

  /** How many promises have a verdict. */
  long count(Bound.Verdict verdict) {
    return promises().stream().filter(promise -> promise.bound().verdict() == verdict).count();
  }

  /** The verdict on the run, in one sentence without a period. */
  String verdict() {
    List<String> parts = new ArrayList<>();
    for (Bound.Verdict verdict : Bound.Verdict.values()) {
      if (count(verdict) > 0) {
        parts.add(count(verdict) + " " + verdict.text());
      }
    }
    long failures = scenarios.stream().filter(s -> !s.failures().isEmpty()).count();
    String bounds = parts.isEmpty() ? "nothing is promised" : String.join(", ", parts);
    return bounds + (failures == 0 ? "" : "; something failed in " + failures + " scenarios");
  }

  /**
   * One scenario in a line: the first figure of speed of the first contenders, or the first figure
   * where there is none of speed, and whether to doubt it.
   *
   * @param scenario the scenario
   * @return a line without its name
   */
  static String line(ScenarioReport scenario) {
    List<String> parts = new ArrayList<>();
    headline(scenario).ifPresent(figure -> parts.add(values(scenario, figure)));
    if (!scenario.failures().isEmpty()) {
      parts.add("FAILED: " + String.join(", ", scenario.failures().keySet()));
    }
    if (!scenario.noisy().isEmpty()) {
      parts.add("NOISY");
    }
    return String.join("; ", parts);
  }

  private static Optional<String> headline(ScenarioReport scenario) {
    List<String> figures = scenario.figureNames();
    return figures.stream()
        .filter(figure -> scenario.unit(figure).endsWith("/s"))
        .findFirst()
        .or(() -> figures.stream().findFirst());
  }

  private static String values(ScenarioReport scenario, String figure) {
    List<String> values = new ArrayList<>();
    for (String subject : scenario.subjects()) {
      scenario
          .series(subject, figure)
          .ifPresent(series -> values.add(subject + " " + Series.number(series.median())));
    }
    int more = values.size() - SUBJECTS_MAX;
    String unit = scenario.unit(figure);
    return figure
        + (unit.isEmpty() ? "" : ", " + unit)
        + ": "
        + String.join(", ", values.subList(0, Math.min(SUBJECTS_MAX, values.size())))
        + (more > 0 ? ", and " + more + " more" : "");
  }
}
