package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hosts that share images with no registry behind them. The first has them in an OCI layout, with
 * their tags; the others have what their containerd has pulled.
 */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterTest {
  private static final String SAMPLE = "sluice.test/sample:1";
  private static final String PARTIAL = "sluice.test/partial:1";
  private static final int LAYERS = 3;
  private static final long LAYER_BYTES = 32L << 20;
  private static final long PARTIAL_LAYER_BYTES = 4L << 20;

  /** Slow enough that a pull takes seconds. */
  private static final int MEGABITS_PER_SECOND = 200;

  private static final long IN_FLIGHT_BYTES = 4L << 20;
  private static final Duration CUT_OFF = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final OpenResources OPEN = new OpenResources();
  private static DebianImage debian;
  private static SampleImage sample;
  private static SampleImage partial;
  private static Path directory;
  private static Path names;
  private static Bridge bridge;
  private static ClusterHost first;
  private static ClusterHost second;
  private static ClusterHost third;

  @BeforeAll
  static void startHosts() throws IOException {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "runc", "ip", "nsenter", "unshare", "tc");
    Requirement.tools("docker-registry", "skopeo", "curl");
    debian = DebianImage.cached();
    directory = Workspace.scratch("cluster");
    OPEN.keep(() -> Workspace.delete(directory));
    Path layout = writeLayout(directory.resolve("layout"));
    names = directory.resolve("hosts");
    bridge = OPEN.keep(Bridge.create());
    first = start(layout);
    second = start(null);
    third = start(null);
  }

  /** The layer of the partial image that no host has. */
  private static String lacking() {
    return partial.layers().get(1).digest().toString();
  }

  /** All images, with their tags; one lacks a layer. */
  private static Path writeLayout(Path layout) throws IOException {
    try (Stream<Path> files = Files.walk(debian.layout())) {
      for (Path file : files.toList()) {
        Path to = layout.resolve(debian.layout().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    sample = SampleImage.write(layout, SAMPLE, LAYERS, LAYER_BYTES, 1);
    partial = SampleImage.write(layout, PARTIAL, LAYERS, PARTIAL_LAYER_BYTES, 2);
    Files.delete(layout.resolve("blobs").resolve(lacking().replace(':', '/')));
    return layout;
  }

  private static ClusterHost start(Path layoutOrNull) {
    Bridge.Host network = bridge.add();
    ClusterHost.addName(names, network);
    return OPEN.keep(ClusterHost.start(network, names, layoutOrNull));
  }

  @AfterAll
  static void stopHosts() throws Exception {
    OPEN.closeAll();
  }

  @AfterEach
  void allIsAsBefore() {
    for (ClusterHost host : List.of(first, second, third)) {
      host.recover();
    }
    for (ClusterHost host : List.of(second, third)) {
      host.containerd().mirror("sluice.test", ClusterHost.MIRROR, ClusterHost.MIRROR);
      host.containerd().removeAll();
      awaitNothingAdvertised(host);
    }
  }

  /** Keys of an image from before would count as those of the next. */
  private static void awaitNothingAdvertised(ClusterHost host) {
    Patience.until(
        host.network().address() + " has nothing to tell",
        PATIENCE,
        () -> host.node().metrics().sum("sluice_router_advertised_keys") == 0);
  }

  /** Before the first lookup may be answered, nodes have to meet. */
  private static void awaitPeers(ClusterHost... hosts) {
    for (ClusterHost host : hosts) {
      Patience.until(
          host.network().address() + " knows peers",
          PATIENCE,
          () -> host.node().metrics().sum("sluice_router_ready") == 1);
    }
  }

  private static void assertHasSample(ClusterHost host) {
    assertHas(host, sample);
  }

  private static void assertHas(ClusterHost host, SampleImage image) {
    TreeSet<String> expected = new TreeSet<>();
    image.digests().stream().map(Digest::toString).forEach(expected::add);
    assertEquals(expected, host.containerd().digests());
    assertEquals(expected, host.containerd().sizesByComputedDigest().navigableKeySet());
  }

  /** Waits until a host's node finds every blob at somebody's, so that a pull has a choice. */
  private static void awaitAdvertised(ClusterHost owner, int keys) {
    Patience.until(
        owner.network().address() + " tells what it has",
        PATIENCE,
        () -> owner.node().metrics().sum("sluice_router_advertised_keys") >= keys);
  }

  @Test
  void aTagIsPulledFromWhoHasIt() {
    awaitPeers(first, second, third);
    second.containerd().pull(DebianImage.REFERENCE);
    assertEquals(debian.sizes(), second.containerd().sizesByComputedDigest());
    String marker = second.containerd().run(DebianImage.REFERENCE, "cat", DebianImage.MARKER_PATH);
    assertEquals(DebianImage.MARKER, marker.strip());
    awaitAdvertised(second, debian.sizes().size());
    third.containerd().pull(DebianImage.REFERENCE);
    assertEquals(debian.sizes(), third.containerd().sizesByComputedDigest());
  }

  @Test
  void aSourceThatIsKilledWithinALayerIsReplaced() {
    pullWhileSomebodyServes(busy -> busy.node().close());
  }

  @Test
  void aSourceThatFreezesWithinALayerIsReplaced() {
    pullWhileSomebodyServes(busy -> busy.node().freeze());
  }

  @Test
  void aSourceThatIsCutOffWithinALayerIsReplaced() {
    pullWhileSomebodyServes(busy -> busy.network().unplug());
  }

  @Test
  void whatWasBegunComesFromUpstreamWhenAllSourcesAreCutOff() throws IOException {
    Path complete = directory.resolve("complete");
    SampleImage.write(complete, SAMPLE, LAYERS, LAYER_BYTES, 1);
    try (UpstreamRegistry upstream = UpstreamRegistry.start(bridge.add())) {
      upstream.push(complete, "sample:1");
      third.containerd().mirror("sluice.test", ClusterHost.MIRROR, upstream.url());
      pullWhileSomebodyServes(
          busy -> {
            first.network().unplug();
            second.network().unplug();
          });
      assertTrue(upstream.gets("/blobs/") > 0, "nobody went upstream");
    } finally {
      first.network().plug();
      second.network().plug();
    }
    third.containerd().removeAll();
    third.containerd().mirror("sluice.test", ClusterHost.MIRROR, ClusterHost.MIRROR);
    Patience.until("the pull works again", PATIENCE, () -> third.containerd().tryPull(SAMPLE));
    assertHasSample(third);
  }

  /** What happens to a source while it serves. */
  private interface Blow {
    void strike(ClusterHost source);
  }

  /** Pulls to the third host, and strikes who serves it; the pull ends well all the same. */
  private void pullWhileSomebodyServes(Blow blow) {
    awaitPeers(first, second, third);
    second.containerd().pull(SAMPLE);
    awaitAdvertised(second, sample.digests().size());
    long firstBefore = first.servedBytes();
    long secondBefore = second.servedBytes();
    third.network().throttle(MEGABITS_PER_SECOND);
    Process pull = third.containerd().startPull(SAMPLE);
    ClusterHost[] busy = new ClusterHost[1];
    Patience.until(
        "a layer is in flight",
        PATIENCE,
        () -> {
          if (first.servedBytes() - firstBefore > IN_FLIGHT_BYTES) {
            busy[0] = first;
          } else if (second.servedBytes() - secondBefore > IN_FLIGHT_BYTES) {
            busy[0] = second;
          }
          return busy[0] != null || !pull.isAlive();
        });
    assertTrue(pull.isAlive(), "the pull ended before anything could happen to it");
    blow.strike(busy[0]);
    assertEquals(0, pull.onExit().join().exitValue(), third::account);
    assertHasSample(third);
  }

  @Test
  void aHostThatIsCutOffWithinALayerGoesOnWhenItIsBack() {
    pullWhileSomebodyServes(
        busy -> {
          third.network().unplug();
          Patience.pause(CUT_OFF);
          third.network().plug();
        });
  }

  @Test
  void aTagIsFoundWhileTheHostThatHadItFirstIsDown() {
    awaitPeers(first, second, third);
    second.containerd().pull(SAMPLE);
    awaitAdvertised(second, sample.digests().size() + 1);
    first.node().close();
    third.containerd().pull(SAMPLE);
    assertHasSample(third);
  }

  @Test
  void aHostThatIsCutOffSaysSoAndRecovers() {
    awaitPeers(first, second, third);
    third.network().unplug();
    assertFalse(third.containerd().tryPull(SAMPLE));
    assertTrue(third.containerd().digests().isEmpty());
    third.network().plug();
    Patience.until("the pull works again", PATIENCE, () -> third.containerd().tryPull(SAMPLE));
    assertHasSample(third);
  }

  @Test
  void aNewHostNeedsTheNameOnly() throws Exception {
    awaitPeers(first);
    Bridge.Host network = bridge.add();
    try (ClusterHost added = ClusterHost.start(network, names, null)) {
      awaitPeers(added);
      added.containerd().pull(SAMPLE);
      assertHasSample(added);
    }
  }

  @Test
  void whatNobodyHasComesFromUpstreamOnce() throws IOException {
    awaitPeers(first, third);
    Path layout = directory.resolve("upstream");
    SampleImage.write(layout, PARTIAL, LAYERS, PARTIAL_LAYER_BYTES, 2);
    try (UpstreamRegistry upstream = UpstreamRegistry.start(bridge.add())) {
      upstream.push(layout, "partial:1");
      third.containerd().mirror("sluice.test", ClusterHost.MIRROR, upstream.url());
      Patience.until("the tag is found", PATIENCE, () -> third.containerd().tryPull(PARTIAL));
      assertHas(third, partial);
      for (Digest digest : partial.digests()) {
        int expected = digest.toString().equals(lacking()) ? 1 : 0;
        assertEquals(expected, upstream.gets(digest.toString()), digest::toString);
      }
      assertEquals(0, upstream.gets("manifests/1"));
    }
  }

  @Test
  void allOfThemRestart() {
    awaitPeers(first, second, third);
    List<ClusterHost> hosts = List.of(first, second, third);
    hosts.forEach(host -> assertEquals(0, host.node().stop(), host.node()::logTail));
    hosts.forEach(ClusterHost::recover);
    awaitPeers(first, second, third);
    Patience.until("the tag is found", PATIENCE, () -> third.containerd().tryPull(SAMPLE));
    assertHasSample(third);
  }
}
