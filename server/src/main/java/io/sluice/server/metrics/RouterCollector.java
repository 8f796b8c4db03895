package io.sluice.server.metrics;

import static io.sluice.server.metrics.Snapshots.buckets;
import static io.sluice.server.metrics.Snapshots.count;
import static io.sluice.server.metrics.Snapshots.counter;
import static io.sluice.server.metrics.Snapshots.gauge;
import static io.sluice.server.metrics.Snapshots.histogram;
import static io.sluice.server.metrics.Snapshots.level;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.routing.RouterStatus;
import java.util.List;
import java.util.function.LongSupplier;

/** What a router knows and does, as Prometheus snapshots. Scrapes exclude each other. */
public final class RouterCollector implements MultiCollector {
  private static final long US = 1_000L;
  private static final long MS = 1_000_000L;
  private static final long[] BOUNDS_NS = {
    100 * US, 500 * US, MS, 2 * MS, 5 * MS, 10 * MS, 20 * MS, 50 * MS, 100 * MS, 250 * MS,
    1000 * MS, 5000 * MS
  };
  private static final double NS_PER_SECOND = 1e9;
  private static final double[] QUANTILES = {0.5, 0.99, 0.999, 1};

  private final MeasuredRouter router;
  private final LatencySeries series;

  /** Collects what {@code router} tells. */
  public RouterCollector(MeasuredRouter router) {
    this(router, System::nanoTime);
  }

  RouterCollector(MeasuredRouter router, LongSupplier nanoTime) {
    this.router = router;
    this.series = new LatencySeries(BOUNDS_NS, nanoTime);
  }

  @Override
  public MetricSnapshots collect() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    RouterStatus status = router.status();
    add(all, "ready", "1 when lookups can find what peers advertise.", router.ready() ? 1 : 0);
    add(all, "connected_peers", "Peers that are connected.", status.connectedPeers());
    add(all, "table_peers", "Peers in the routing table.", status.tablePeers());
    add(all, "advertised_keys", "Digests and tags told to peers.", status.advertisedKeys());
    add(all, "records", "Provider records kept for peers.", status.records());
    collectLookups(all);
    return all.build();
  }

  private void collectLookups(MetricSnapshots.Builder all) {
    series.drain(List.of(router.latency()));
    all.metricSnapshot(
        counter("sluice_router_lookups", "Lookups by what came of them.")
            .dataPoint(count(router.found(), "outcome", "found"))
            .dataPoint(count(router.absent(), "outcome", "absent"))
            .dataPoint(count(router.gaveUp(), "outcome", "gave_up"))
            .build());
    all.metricSnapshot(
        histogram("sluice_router_lookup_seconds", "From a lookup to its first provider or end.")
            .dataPoint(buckets(series, router.latencyNs() / NS_PER_SECOND))
            .build());
    GaugeSnapshot.Builder recent =
        gauge("sluice_router_lookup_recent_seconds", "Recent quantiles of the same.");
    for (double quantile : QUANTILES) {
      String label = quantile == 1 ? "1" : Double.toString(quantile);
      recent.dataPoint(level(series.recentQuantileSeconds(quantile), "quantile", label));
    }
    all.metricSnapshot(recent.build());
  }

  private static void add(MetricSnapshots.Builder all, String name, String help, double value) {
    all.metricSnapshot(gauge("sluice_router_" + name, help).dataPoint(level(value)).build());
  }
}
