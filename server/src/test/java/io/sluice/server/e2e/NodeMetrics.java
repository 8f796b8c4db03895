package io.sluice.server.e2e;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node's {@code /metrics} at one moment: Prometheus' text format, a value by its sample's whole
 * name with labels.
 */
record NodeMetrics(TreeMap<String, Double> samples) {

  /** Reads the text format; comments and time stamps are dropped. */
  static NodeMetrics parse(String text) {
    TreeMap<String, Double> samples = new TreeMap<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int nameEnd = line.indexOf('}') < 0 ? line.indexOf(' ') : line.indexOf('}') + 1;
      String value = line.substring(nameEnd).strip().split(" ")[0];
      samples.put(line.substring(0, nameEnd), Double.parseDouble(value));
    }
    return new NodeMetrics(samples);
  }

  /** The samples whose names begin with {@code prefix}. */
  SortedMap<String, Double> under(String prefix) {
    return samples.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  /** The sum over every sample of this metric, whatever its labels. */
  double sum(String metric) {
    double sum = 0;
    boolean found = false;
    for (var sample : samples.entrySet()) {
      String name = sample.getKey();
      if (name.equals(metric) || name.startsWith(metric + "{")) {
        sum += sample.getValue();
        found = true;
      }
    }
    if (!found) {
      throw new IllegalArgumentException("no metric " + metric + " among " + samples.keySet());
    }
    return sum;
  }
}
