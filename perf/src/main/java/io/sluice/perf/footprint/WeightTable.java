package io.sluice.perf.footprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Weights of variants as a Markdown table of medians. */
final class WeightTable {
  private static final double MIB = 1 << 20;
  private static final double NS_PER_MS = 1e6;

  private record Column(String heading, String form, ToDoubleFunction<Weight> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("first byte, ms", "%.0f", w -> w.startNs() / NS_PER_MS),
          new Column("started: charge", "%.1f", w -> w.started().totalBytes() / MIB),
          new Column("anonymous", "%.1f", w -> w.started().anonymousBytes() / MIB),
          new Column("RSS", "%.1f", w -> w.startedResidentBytes() / MIB),
          new Column("loaded: charge", "%.1f", w -> w.loadedBytes() / MIB),
          new Column("idle: charge", "%.1f", w -> w.idle().totalBytes() / MIB),
          new Column("anonymous", "%.1f", w -> w.idle().anonymousBytes() / MIB),
          new Column("RSS", "%.1f", w -> w.idleResidentBytes() / MIB),
          new Column("request before idle, ms", "%.1f", w -> w.beforeIdleNs() / NS_PER_MS),
          new Column("after, ms", "%.1f", w -> w.afterIdleNs() / NS_PER_MS));

  private WeightTable() {}

  /** The heading, two lines. */
  static String heading() {
    StringBuilder line = new StringBuilder("| |");
    StringBuilder rule = new StringBuilder("|---|");
    for (Column column : COLUMNS) {
      line.append(' ').append(column.heading()).append(" |");
      rule.append("---|");
    }
    return line + "\n" + rule;
  }

  /** One line: medians, and in brackets what is more or less than {@code base}. */
  static String row(String description, List<Weight> weights, List<Weight> base) {
    StringBuilder line = new StringBuilder("| ").append(description).append(" |");
    for (Column column : COLUMNS) {
      double value = median(weights, column.value());
      line.append(' ').append(String.format(Locale.ROOT, column.form(), value));
      if (base != weights && !base.isEmpty()) {
        double change = value - median(base, column.value());
        line.append(
            String.format(Locale.ROOT, " (" + column.form().replace("%", "%+") + ")", change));
      }
      line.append(" |");
    }
    return line.toString();
  }

  /** The middle one, or the lower of the two in the middle. */
  static double median(List<Weight> weights, ToDoubleFunction<Weight> value) {
    List<Double> sorted = new ArrayList<>();
    weights.forEach(weight -> sorted.add(value.applyAsDouble(weight)));
    sorted.sort(null);
    return sorted.get((sorted.size() - 1) / 2);
  }
}
