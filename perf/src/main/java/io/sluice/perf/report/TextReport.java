package io.sluice.perf.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Writes reports as plain text, for a terminal or a file. */
public final class TextReport {
  private static final double NS_PER_MS = 1e6;

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
    if (!report.noisy().isEmpty()) {
      out.println("NOISY, rounds differ: " + String.join(", ", report.noisy()));
    }
    if (!report.bounds().isEmpty()) {
      out.println();
      bounds(report.bounds());
    }
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
    table(rows);
  }

  private void latencies(ScenarioReport report) {
    if (report.latencies().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("latency, ms", "", "p50", "p99", "max", "samples"));
    for (String subject : report.subjects()) {
      report
          .latencies()
          .getOrDefault(subject, Map.of())
          .forEach((figure, histogram) -> rows.add(latency(subject, figure, histogram)));
    }
    out.println();
    table(rows);
  }

  private static List<String> latency(String subject, String figure, Histogram histogram) {
    return List.of(
        subject,
        figure,
        milliseconds(histogram.getValueAtPercentile(50)),
        milliseconds(histogram.getValueAtPercentile(99)),
        milliseconds(histogram.getMaxValue()),
        Long.toString(histogram.getTotalCount()));
  }

  private static String milliseconds(long ns) {
    return String.format(Locale.ROOT, "%.1f", ns / NS_PER_MS);
  }

  private void bounds(List<Bound> bounds) {
    List<List<String>> rows = new ArrayList<>();
    for (Bound bound : bounds) {
      String measured =
          bound.measured().map(value -> Series.number(value) + " " + bound.unit()).orElse("-");
      String rounds =
          bound.rounds().filter(r -> r.values().size() > 1).map(Series::range).orElse("");
      rows.add(
          List.of(
              bound.verdict().text(),
              bound.text(),
              measured.trim(),
              ((bound.atMost() ? "at most " : "at least ")
                      + Series.number(bound.limit())
                      + " "
                      + bound.unit())
                  .trim(),
              rounds + (bound.close() ? " close: rounds on both sides" : "")));
    }
    table(rows);
  }

  private void table(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
