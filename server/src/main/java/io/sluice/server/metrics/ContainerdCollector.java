package io.sluice.server.metrics;

import static io.sluice.server.metrics.Snapshots.counter;
import static io.sluice.server.metrics.Snapshots.gauge;
import static io.sluice.server.metrics.Snapshots.level;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.server.store.SourceStatus;
import java.util.function.Supplier;

/** What a store learns from containerd, as Prometheus snapshots. Any thread may scrape. */
public final class ContainerdCollector implements MultiCollector {
  private final Supplier<SourceStatus> status;

  /** Collects what {@code status} says at each scrape. */
  public ContainerdCollector(Supplier<SourceStatus> status) {
    this.status = status;
  }

  @Override
  public MetricSnapshots collect() {
    SourceStatus now = status.get();
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    all.metricSnapshot(
        gauge("sluice_containerd_connected", "1 while containerd's API answers.")
            .dataPoint(level(now.connected() ? 1 : 0))
            .build());
    all.metricSnapshot(
        gauge("sluice_containerd_images", "Images of the allowed namespaces by what they are.")
            .dataPoint(level(now.images(), "state", "served"))
            .dataPoint(level(now.hiddenImages(), "state", "hidden"))
            .build());
    all.metricSnapshot(
        gauge("sluice_containerd_blobs", "Blobs of the content directory by what they are.")
            .dataPoint(level(now.blobs(), "state", "served"))
            .dataPoint(level(now.waitingBlobs(), "state", "waiting"))
            .build());
    count(all, "connections", "Times that containerd was connected to.", now.connections());
    count(all, "synchronisations", "Times that all images were listed.", now.synchronisations());
    count(all, "scans", "Times that the content directory was listed.", now.scans());
    count(
        all,
        "skipped_manifests",
        "Manifests that were too large or malformed to be read.",
        now.skippedManifests());
    return all.build();
  }

  private static void count(MetricSnapshots.Builder all, String name, String help, long value) {
    all.metricSnapshot(
        counter("sluice_containerd_" + name, help).dataPoint(Snapshots.count(value)).build());
  }
}
