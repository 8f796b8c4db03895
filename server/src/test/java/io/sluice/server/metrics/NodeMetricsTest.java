package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.Lookup;
import io.sluice.routing.StaticRouter;
import io.sluice.server.store.Readiness;
import io.sluice.server.store.SourceStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeMetricsTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "METRICS.md");
  private static final Pattern DOCUMENTED = Pattern.compile("^\\| `([a-z_]+)`", Pattern.MULTILINE);

  @TempDir private Path root;
  private final LoopMetrics first = new LoopMetrics(0);
  private final LoopMetrics second = new LoopMetrics(1);
  private MeasuredRouter router;
  private NodeMetrics metrics;

  @BeforeEach
  void nodeInACgroupThatReportsEverything() throws IOException {
    final CgroupMemory cgroup =
        new CgroupFixture(root)
            .mounts("30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
            .membership("0::/sluice\n")
            .v2Files("/sys/fs/cgroup/sluice", "134217728")
            .locate();
    metrics = new NodeMetrics("1.2.3", List.of(first, second), cgroup, System::nanoTime);
    router =
        new MeasuredRouter(new StaticRouter(List.of(new InetSocketAddress("127.0.0.1", 5000))));
    metrics.register(new RouterCollector(router));
    SourceStatus source =
        new SourceStatus(true, new Readiness(true, "Ready."), 3, 1, 20, 2, 4, 1, 1, 0);
    metrics.register(new ContainerdCollector(() -> source));
  }

  @Test
  void tellsWhatContainerdHas() throws IOException {
    final Exposition scrape = Exposition.scrape(metrics);
    assertEquals(1, scrape.value("sluice_containerd_connected"));
    assertEquals(3, scrape.value("sluice_containerd_images{state=\"served\"}"));
    assertEquals(2, scrape.value("sluice_containerd_blobs{state=\"waiting\"}"));
    assertEquals(4, scrape.value("sluice_containerd_synchronisations_total"));
  }

  @Test
  void everyMetricIsDocumentedAndEveryDocumentedMetricExists() throws IOException {
    final TreeSet<String> documented = new TreeSet<>();
    DOCUMENTED
        .matcher(Files.readString(DOCUMENT))
        .results()
        .forEach(match -> documented.add(match.group(1)));
    assertEquals(new TreeSet<>(Exposition.scrape(metrics).types().keySet()), documented);
  }

  @Test
  void addsUpTheLoops() throws IOException {
    first.requestCompleted(Route.BLOB, 200, 1_000_000);
    second.requestCompleted(Route.BLOB, 206, 2_000_000);
    first.bytesServed(ByteSource.DISK, 1L << 40);
    second.bytesServed(ByteSource.DISK, 1);
    second.poolInUse(5);
    final Exposition scrape = Exposition.scrape(metrics);
    assertEquals(2, scrape.value("sluice_requests_total{route=\"blob\",status=\"2xx\"}"));
    assertEquals((1L << 40) + 1, scrape.value("sluice_served_bytes_total{source=\"disk\"}"));
    assertEquals(0, scrape.value("sluice_pool_blocks_used{loop=\"0\"}"));
    assertEquals(5, scrape.value("sluice_pool_blocks_used{loop=\"1\"}"));
    assertEquals(
        0.003, scrape.value("sluice_request_first_byte_seconds_sum{route=\"blob\"}"), 1e-9);
    assertEquals(2, scrape.value("sluice_request_first_byte_seconds_count{route=\"blob\"}"));
  }

  @Test
  void histogramsAreCumulativeAndEndWithTheirCount() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      first.transferCompleted(i * 10_000_000L, 1);
    }
    final Exposition scrape = Exposition.scrape(metrics);
    double last = 0;
    double lastBound = 0;
    for (final Map.Entry<String, Double> sample : scrape.samples().entrySet()) {
      final String prefix = "sluice_transfer_duration_seconds_bucket{le=\"";
      if (sample.getKey().startsWith(prefix)) {
        final String le = sample.getKey().substring(prefix.length()).replace("\"}", "");
        final double bound = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
        assertTrue(bound > lastBound && sample.getValue() >= last, sample.toString());
        last = sample.getValue();
        lastBound = bound;
      }
    }
    assertEquals(Double.POSITIVE_INFINITY, lastBound);
    assertEquals(1_000, last);
    assertEquals(1_000, scrape.value("sluice_transfer_duration_seconds_count"));
    assertEquals(
        501, scrape.value("sluice_transfer_duration_seconds_bucket{le=\"5.0\"}"), 501 * 0.01);
  }

  @Test
  void countersNeverFall() throws IOException {
    first.connectionOpened();
    first.transferCompleted(5_000_000, 1);
    final Exposition before = Exposition.scrape(metrics);
    first.connectionClosed();
    first.transferCompleted(5_000_000, 1);
    final Exposition after = Exposition.scrape(metrics);
    assertEquals(before.samples().keySet(), after.samples().keySet());
    for (final Map.Entry<String, Double> sample : before.samples().entrySet()) {
      final String name = sample.getKey().replaceFirst("\\{.*", "");
      if (name.endsWith("_total") || name.endsWith("_bucket") || name.endsWith("_count")) {
        assertTrue(after.value(sample.getKey()) >= sample.getValue(), sample.toString());
      }
    }
    assertEquals(0, after.value("sluice_connections{loop=\"0\"}"));
  }

  @Test
  void reportsTheCgroupsMemoryByKind() throws IOException {
    final Exposition scrape = Exposition.scrape(metrics);
    assertEquals(3000, scrape.value("sluice_cgroup_memory_bytes{kind=\"anonymous\"}"));
    assertEquals(4000, scrape.value("sluice_cgroup_memory_bytes{kind=\"file\"}"));
    assertEquals(900, scrape.value("sluice_cgroup_memory_bytes{kind=\"kernel\"}"));
    assertEquals(60, scrape.value("sluice_cgroup_memory_bytes{kind=\"socket\"}"));
    assertEquals(8000, scrape.value("sluice_cgroup_memory_total_bytes"));
    assertEquals(134_217_728, scrape.value("sluice_cgroup_memory_limit_bytes"));
  }

  @Test
  void leavesOutWhatCannotBeRead() throws IOException {
    final NodeMetrics outside = new NodeMetrics("1.2.3", List.of(first), null, System::nanoTime);
    final Exposition scrape = Exposition.scrape(outside);
    assertFalse(scrape.types().containsKey("sluice_cgroup_memory_total_bytes"));
    assertTrue(scrape.value("process_resident_memory_bytes") > 0);
  }

  @Test
  void countsLookupsByTheirOutcome() throws IOException {
    final Lookup nobody =
        new Lookup() {
          @Override
          public void onPeer(final InetSocketAddress registryAddress) {}

          @Override
          public void onEnd() {}
        };
    router.lookup("sha256:1", 3, nobody);
    router.lookup("sha256:2", 3, nobody);
    router.lookup("sha256:3", 0, nobody);
    final Exposition scrape = Exposition.scrape(metrics);
    assertEquals(2, scrape.value("sluice_router_lookups_total{outcome=\"found\"}"));
    assertEquals(1, scrape.value("sluice_router_lookups_total{outcome=\"absent\"}"));
    assertEquals(0, scrape.value("sluice_router_lookups_total{outcome=\"gave_up\"}"));
    assertEquals(3, scrape.value("sluice_router_lookup_seconds_count"));
    assertEquals(1, scrape.value("sluice_router_ready"));
  }

  @Test
  void writesOpenMetricsToo() throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.write(ExpositionFormat.accepted("application/openmetrics-text; version=1.0.0"), out);
    final String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.endsWith("# EOF\n"));
    assertTrue(text.contains("# TYPE sluice_requests counter\n"));
    assertTrue(text.contains("sluice_build_info{java="));
  }

  @Test
  void prefersPrometheusTextForEverybodyElse() {
    assertEquals(ExpositionFormat.PROMETHEUS_TEXT, ExpositionFormat.accepted(null));
    assertEquals(ExpositionFormat.PROMETHEUS_TEXT, ExpositionFormat.accepted("*/*"));
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8", ExpositionFormat.PROMETHEUS_TEXT.contentType());
  }
}
