package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.HostNetwork;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios of many clients, quickly, with nginx alone; needs root and nginx. */
@Tag("root")
@Timeout(60)
class ClientsSmokeTest {
  private static final String PEER = "nginx sendfile";

  @TempDir private Path directory;

  @BeforeEach
  void nginxIsThere() {
    assumeTrue(Files.isExecutable(TestStage.NGINX), "nginx is not installed");
  }

  /** What is found without a node: nothing of it fails, and what is promised is not measured. */
  private ScenarioReport run(Workload workload) throws Exception {
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage = TestStage.of(directory, LayerPlan.equal(2, 4L << 20), cleanup);
      ScenarioReport report = workload.run(stage);
      assertEquals(Map.of(), report.failures());
      for (Bound bound : report.bounds()) {
        assertEquals(Bound.Verdict.NOT_MEASURED, bound.verdict(), bound.text());
      }
      return report;
    }
  }

  private static double figure(ScenarioReport report, String subject, String figure) {
    return report.series(subject, figure).orElseThrow(() -> missing(report, subject)).median();
  }

  private static AssertionError missing(ScenarioReport report, String subject) {
    return new AssertionError(subject + " is not among " + report.subjects());
  }

  @Test
  void smallBlobsAreServedColdAndAtARateThatTheGeneratorExceeds() throws Exception {
    ScenarioReport report = run(new SmallWorkload());
    assertTrue(figure(report, PEER + ", cold", "requests cold") > 0);
    double served = figure(report, PEER + ", open loop", "requests, open loop");
    double ceiling = figure(report, Ceiling.SUBJECT, "requests, open loop");
    assertTrue(served < ceiling, served + " of " + ceiling);
    assertTrue(report.latencies().get(PEER + ", open loop").containsKey(OpenLoop.LAST_BYTE));
  }

  @Test
  void slowClientsGoOnBesideFastOnes() throws Exception {
    ScenarioReport report = run(new SlowWorkload());
    assertTrue(figure(report, PEER + ", 8 alone", Figures.THROUGHPUT) > 0);
    assertTrue(figure(report, PEER + ", 8 beside 64 at 1 MB/s", "charge peak") > 0);
  }

  @Test
  void idleConnectionsAreWeighed() throws Exception {
    ScenarioReport report = run(new IdleWorkload());
    assertTrue(figure(report, PEER + ", beside 1,000 idle", OpenLoop.P99) > 0);
    assertTrue(report.series(PEER + ", beside 1,000 idle", "each charged").isPresent());
  }

  @Test
  void whatNobodyHasIsAskedForOfWhoIsThere() throws Exception {
    ScenarioReport report = run(new MissingWorkload());
    assertEquals(List.of(PEER + ", a blob", PEER + ", a tag", Ceiling.SUBJECT), report.subjects());
  }

  @Test
  void withoutANodeNothingIsRolledOut() throws Exception {
    ScenarioReport report = run(new RollingWorkload());
    assertEquals(List.of(), report.subjects());
    assertTrue(report.notes().get(0).contains("/none"), report.notes().toString());
  }

  @Test
  void hostsOfANetworkCanBeReachedAndCountWhatTheySend() throws Exception {
    try (Cleanup cleanup = new Cleanup()) {
      for (RemoteHost host : HostNetwork.create(2, cleanup)) {
        long before = host.sentBytes();
        InetAddress address = host.address();
        assertTrue(address.isReachable(2000), address.toString());
        assertTrue(host.sentBytes() > before);
      }
    }
  }
}
