package io.sluice.server.metrics;

/** The label name of a family of counters, and the label value of each of its members by number. */
final class CounterLabels {
  private final String name;
  private final String[] values;

  CounterLabels(final String name, final String... values) {
    this.name = name;
    this.values = values;
  }

  String name() {
    return name;
  }

  int count() {
    return values.length;
  }

  String value(final int index) {
    return values[index];
  }
}
