package io.sluice.server.metrics;

import static io.sluice.server.metrics.Snapshots.gauge;
import static io.sluice.server.metrics.Snapshots.info;
import static io.sluice.server.metrics.Snapshots.level;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Everything that a node tells Prometheus: its loops, its memory, its version.
 *
 * <p>Nothing is computed until a scrape asks. {@code docs/METRICS.md} describes each metric. Any
 * thread may call; scrapes exclude each other.
 */
public final class NodeMetrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Object scrapeLock = new Object();
  private final List<LoopMetrics> loops;

  /**
   * Collects what the given loops count and what the kernel accounts to this process.
   *
   * @param version of Sluice, for {@code sluice_build_info}
   * @param loops one for each event loop
   */
  public NodeMetrics(final String version, final List<LoopMetrics> loops) {
    this(version, loops, ownCgroup(), System::nanoTime);
  }

  NodeMetrics(
      final String version,
      final List<LoopMetrics> loops,
      final CgroupMemory cgroup,
      final LongSupplier nanoTime) {
    this.loops = List.copyOf(loops);
    registry.register(new LoopCollector(loops, nanoTime));
    registry.register(new MemoryCollector(cgroup));
    final MetricSnapshot build =
        info(
            "sluice_build",
            "Version of Sluice and of the Java runtime.",
            "version",
            version,
            "java",
            Runtime.version().toString());
    final GaugeSnapshot start =
        gauge("process_start_time_seconds", "Start time of the process, seconds since 1970.")
            .dataPoint(level(startTimeSeconds()))
            .build();
    registry.register(() -> new MetricSnapshots(build, start));
  }

  /**
   * Adds metrics of another part of the node.
   *
   * @param collector called for each scrape, on the scraping thread
   */
  public void register(final MultiCollector collector) {
    registry.register(collector);
  }

  /** Where the bytes came from that were lately delivered to clients of this node. */
  public SourceReport sources() {
    return SourceReport.of(loops);
  }

  /**
   * Writes all metrics.
   *
   * @param format the text form
   * @param out is written to and flushed, not closed
   * @throws IOException from {@code out}
   */
  public void write(final ExpositionFormat format, final OutputStream out) throws IOException {
    synchronized (scrapeLock) {
      format.writer().write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    }
  }

  private static double startTimeSeconds() {
    final Instant start = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    return start.toEpochMilli() / 1e3;
  }

  /** A node outside any cgroup still counts requests. */
  private static CgroupMemory ownCgroup() {
    try {
      return CgroupMemory.ofSelf();
    } catch (IOException e) {
      return null;
    }
  }
}
