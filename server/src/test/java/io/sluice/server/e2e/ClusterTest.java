package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hosts with containerds of three series share what they have. What they do when something breaks
 * is in the interfaces, whose tests run on the same cluster.
 */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterTest implements ClusterDiscovery, ClusterFailures, ClusterRestarts, ClusterSeries {
  private static Cluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = Cluster.start();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void allIsAsBefore() {
    cluster.recover();
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Test
  void aTagIsPulledFromWhoHasIt() {
    DebianImage debian = DebianImage.cached();
    cluster.awaitPeers();
    for (ClusterHost host : List.of(cluster.second(), cluster.third())) {
      host.containerd().pull(DebianImage.REFERENCE);
      assertEquals(debian.sizes(), host.containerd().sizesByComputedDigest());
      String marker = host.containerd().run(DebianImage.REFERENCE, "cat", DebianImage.MARKER_PATH);
      assertEquals(DebianImage.MARKER, marker.strip());
      cluster.awaitAdvertised(host, debian.sizes().size());
    }
  }

  @Test
  void aTagIsFoundWhileTheHostThatHadItFirstIsDown() {
    cluster.awaitPeers();
    cluster.second().containerd().pull(Cluster.SAMPLE);
    cluster.awaitAdvertised(cluster.second(), cluster.sample().digests().size() + 1);
    cluster.first().node().close();
    cluster.third().containerd().pull(Cluster.SAMPLE);
    cluster.assertHasSample(cluster.third());
  }

  @Test
  void aNewHostNeedsTheNameOnly() throws Exception {
    cluster.awaitPeers(cluster.first());
    try (ClusterHost added = cluster.add(ContainerdSeries.INSTALLED)) {
      cluster.awaitPeers(added);
      added.containerd().pull(Cluster.SAMPLE);
      cluster.assertHasSample(added);
    }
  }

  @Test
  void whatNobodyHasComesFromUpstreamOnce() throws IOException {
    cluster.awaitPeers(cluster.first(), cluster.third());
    ContainerdHost containerd = cluster.third().containerd();
    try (UpstreamRegistry upstream = cluster.upstream()) {
      upstream.push(cluster.directory("partial"), "partial:1");
      containerd.mirror("sluice.test", ClusterHost.MIRROR, upstream.url());
      Patience.until(
          "the tag is found", Cluster.PATIENCE, () -> containerd.tryPull(Cluster.PARTIAL));
      SampleImage partial = cluster.partial();
      cluster.assertHas(cluster.third(), partial);
      for (Digest digest : partial.digests()) {
        int expected = digest.toString().equals(cluster.lacking()) ? 1 : 0;
        assertEquals(expected, upstream.gets(digest.toString()), digest::toString);
      }
      assertEquals(0, upstream.gets("manifests/1"));
    }
  }

  @Test
  void allOfThemRestart() {
    cluster.awaitPeers();
    List<ClusterHost> hosts = cluster.hosts();
    hosts.forEach(host -> assertEquals(0, host.node().stop(), host.node()::logTail));
    hosts.forEach(ClusterHost::recover);
    cluster.awaitPeers();
    ClusterHost third = cluster.third();
    Patience.until(
        "the tag is found", Cluster.PATIENCE, () -> third.containerd().tryPull(Cluster.SAMPLE));
    cluster.assertHasSample(third);
  }
}
