package io.sluice.server.metrics;

/** The label name of a family of counters, and the label value of each of its members by number. */
final class Labels {
  private final String name;
  private final String[] values;

  Labels(final String name, final String... values) {
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
