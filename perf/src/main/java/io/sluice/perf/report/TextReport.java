package io.sluice.perf.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes reports as plain text, for a terminal or a file. */
public final class TextReport {
  /** Tables of more columns go on below, so that no line is broken. */
  private static final int WIDTH_MAX = 130;

  private static final int GAP = 2;

  private final PrintStream out;

  /**
   * A writer.
   *
   * @param out where to
   */
  public TextReport(PrintStream out) {
    this.out = out;
  }

  /**
   * Writes where the figures come from.
   *
   * @param environment names and values
   */
  public void environment(Map<String, String> environment) {
    List<List<String>> rows = new ArrayList<>();
    environment.forEach((name, value) -> rows.add(List.of(name, value)));
    table(rows);
  }

  /**
   * Writes one scenario: figures, latencies, notes and bounds.
   *
   * @param report the scenario
   */
  public void scenario(ScenarioReport report) {
    out.println();
    out.println("== " + report.name() + ": " + report.title());
    figures(report);
    latencies(report);
    report.failures().forEach((subject, why) -> out.println("FAILED " + subject + ": " + why));
    report.notes().forEach(note -> out.println("note: " + note));
    report.noisy().forEach(why -> out.println("NOISY: " + why));
    if (!report.bounds().isEmpty()) {
      out.println();
      bounds(new Summary(List.of(report)).promises(), false);
    }
  }

  /**
   * Writes the end of a run: every bound, and a line for each scenario.
   *
   * @param reports what was found
   */
  public void summary(List<ScenarioReport> reports) {
    Summary summary = new Summary(reports);
    out.println();
    out.println("== summary: " + summary.verdict());
    bounds(summary.promises(), true);
    out.println();
    List<List<String>> rows = new ArrayList<>();
    reports.forEach(report -> rows.add(List.of(report.name(), Summary.line(report))));
    table(rows);
  }

  private void figures(ScenarioReport report) {
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("median (min..max)"));
    for (String figure : report.figureNames()) {
      String unit = report.unit(figure);
      heading.add(unit.isEmpty() ? figure : figure + ", " + unit);
    }
    rows.add(heading);
    for (String subject : report.subjects()) {
      List<String> row = new ArrayList<>(List.of(subject));
      for (String figure : report.figureNames()) {
        row.add(report.series(subject, figure).map(Series::text).orElse("-"));
      }
      rows.add(row);
    }
    wide(rows);
  }

  private void latencies(ScenarioReport report) {
    if (report.latencies().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(joined("latency, ms", "", Percentiles.heading()));
    for (String subject : report.subjects()) {
      report
          .latencies()
          .getOrDefault(subject, Map.of())
          .forEach(
              (figure, histogram) -> rows.add(joined(subject, figure, Percentiles.row(histogram))));
    }
    out.println();
    table(rows);
  }

  private static List<String> joined(String first, String second, List<String> others) {
    List<String> row = new ArrayList<>(List.of(first, second));
    row.addAll(others);
    return row;
  }

  private void bounds(List<Summary.Promise> promises, boolean named) {
    List<List<String>> rows = new ArrayList<>();
    for (Summary.Promise promise : promises) {
      List<String> row = new ArrayList<>(List.of(promise.bound().verdict().text()));
      if (named) {
        row.add(promise.scenario());
      }
      row.add(promise.bound().text());
      row.add(promise.measured());
      row.add(promise.limit());
      row.add(promise.rounds());
      rows.add(row);
    }
    table(rows);
  }

  /** A table of figures, in parts that are not too wide; each has the first column again. */
  private void wide(List<List<String>> rows) {
    int[] widths = widths(rows);
    int from = 1;
    while (from < widths.length) {
      int to = from;
      int width = widths[0] + GAP;
      do {
        width += widths[to++] + GAP;
      } while (to < widths.length && width + widths[to] <= WIDTH_MAX);
      List<List<String>> part = new ArrayList<>();
      for (List<String> row : rows) {
        part.add(new ArrayList<>(row.subList(from, to)));
        part.get(part.size() - 1).add(0, row.get(0));
      }
      if (from > 1) {
        out.println();
      }
      table(part);
      from = to;
    }
  }

  private static int[] widths(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private void table(List<List<String>> rows) {
    int[] widths = widths(rows);
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
