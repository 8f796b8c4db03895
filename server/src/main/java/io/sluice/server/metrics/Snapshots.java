package io.sluice.server.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Short ways to the Prometheus client's snapshot builders. */
final class Snapshots {
  private Snapshots() {}

  static CounterSnapshot.Builder counter(final String name, final String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  static CounterDataPointSnapshot count(final double value, final String... labels) {
    return CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build();
  }

  static GaugeSnapshot.Builder gauge(final String name, final String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  static GaugeDataPointSnapshot level(final double value, final String... labels) {
    return GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build();
  }

  static HistogramSnapshot.Builder histogram(final String name, final String help) {
    return HistogramSnapshot.builder().name(name).help(help);
  }

  static HistogramDataPointSnapshot buckets(
      final LatencySeries series, final double sumSeconds, final String... labels) {
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(series.boundsSeconds(), series.counts()))
        .sum(sumSeconds)
        .labels(Labels.of(labels))
        .build();
  }

  static InfoSnapshot info(final String name, final String help, final String... labels) {
    return InfoSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build())
        .build();
  }
}
