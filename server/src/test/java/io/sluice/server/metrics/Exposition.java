package io.sluice.server.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scrape in Prometheus text format, read back strictly.
 *
 * @param types metric type by name
 * @param samples value by name with labels
 */
record Exposition(Map<String, String> types, Map<String, Double> samples) {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{[a-z_]+=\"[^\"]*\"(?:,[a-z_]+=\"[^\"]*\")*})?) (\\S+)");

  static Exposition scrape(final NodeMetrics metrics) throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.write(ExpositionFormat.PROMETHEUS_TEXT, out);
    return parse(out.toString(StandardCharsets.UTF_8));
  }

  static Exposition parse(final String text) {
    final Map<String, String> types = new LinkedHashMap<>();
    final Map<String, Double> samples = new LinkedHashMap<>();
    for (final String line : text.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        final String[] words = line.split(" ");
        types.put(words[2], words[3]);
      } else if (!line.startsWith("# HELP ")) {
        final Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
          throw new AssertionError("Not a sample: " + line);
        }
        final double value = number(sample.group(2));
        if (samples.put(sample.group(1), value) != null) {
          throw new AssertionError("Twice: " + line);
        }
      }
    }
    return new Exposition(types, samples);
  }

  double value(final String sample) {
    final Double value = samples.get(sample);
    if (value == null) {
      throw new AssertionError("No " + sample + " in " + samples.keySet());
    }
    return value;
  }

  private static double number(final String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }
}
