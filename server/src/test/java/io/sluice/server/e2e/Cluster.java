package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Three hosts that share images with no registry behind them, each with a containerd of another
 * series. The first has imported images; the others have what they have pulled.
 */
final class Cluster {
  /** A complete image, with layers that take a while. */
  static final String SAMPLE = "sluice.test/sample:1";

  /** An image with a layer that no host has. */
  static final String PARTIAL = "sluice.test/partial:1";

  /** Bounds what takes milliseconds on an idle machine. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int LAYERS = 3;
  private static final long LAYER_BYTES = 32L << 20;
  private static final long PARTIAL_LAYER_BYTES = 4L << 20;

  /** So much of an image that one of its layers is on its way. */
  static final long IN_FLIGHT_BYTES = 4L << 20;

  /** Slow enough that a pull takes seconds. */
  static final int MEGABITS_PER_SECOND = 200;

  private final OpenResources open = new OpenResources();
  private final Path directory = Workspace.scratch("cluster");
  private final Path names = directory.resolve("hosts");
  private Bridge bridge;
  private List<ClusterHost> hosts;
  private SampleImage sample;
  private SampleImage partial;

  private Cluster() {
    open.keep(() -> Workspace.delete(directory));
  }

  /** A running cluster whose first host tells of all that it has. */
  static Cluster start() throws Exception {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "runc", "ip", "nsenter", "unshare", "tc", "tar");
    Requirement.tools("docker-registry", "skopeo", "curl");
    Cluster cluster = new Cluster();
    try {
      cluster.startHosts();
      cluster.importImages();
      return cluster;
    } catch (IOException | RuntimeException | Error failed) {
      cluster.close();
      throw failed;
    }
  }

  private void startHosts() {
    bridge = open.keep(Bridge.create());
    hosts =
        List.of(
            startNamed(ContainerdSeries.INSTALLED),
            startNamed(ContainerdSeries.TRIXIE),
            startNamed(ContainerdSeries.SID));
  }

  private ClusterHost startNamed(ContainerdSeries series) {
    Bridge.Host network = bridge.add();
    ClusterHost.addName(names, network);
    return open.keep(ClusterHost.start(network, names, series));
  }

  private void importImages() throws IOException {
    Path layout = directory("sample");
    sample = SampleImage.write(layout, SAMPLE, LAYERS, LAYER_BYTES, 1);
    first().containerd().importLayout(layout);
    layout = directory("partial");
    partial = SampleImage.write(layout, PARTIAL, LAYERS, PARTIAL_LAYER_BYTES, 2);
    first().containerd().importLayout(layout);
    DebianImage debian = DebianImage.cached();
    first().containerd().importLayout(debian.layout());
    int blobs = sample.digests().size() + partial.digests().size() + debian.sizes().size();
    awaitAdvertised(first(), blobs + 3);
    first().containerd().removeContent(lacking());
    Patience.until(
        "the first host has nothing of what was removed",
        PATIENCE,
        () -> !first().holds("partial", lacking()));
  }

  /** A new directory of this name, deleted with the cluster. */
  Path directory(String name) {
    return directory.resolve(name);
  }

  /** The host of a series. */
  ClusterHost host(ContainerdSeries series) {
    return hosts.get(series.ordinal());
  }

  /** The host that has imported images, with the oldest containerd. */
  ClusterHost first() {
    return hosts.get(0);
  }

  /** A host that has nothing at first. */
  ClusterHost second() {
    return hosts.get(1);
  }

  /** A host that has nothing at first, with the newest containerd. */
  ClusterHost third() {
    return hosts.get(2);
  }

  /** All three. */
  List<ClusterHost> hosts() {
    return hosts;
  }

  /** One more host, that others do not know the name of; the caller closes it. */
  ClusterHost add(ContainerdSeries series) {
    return ClusterHost.start(bridge.add(), names, series);
  }

  /** A registry that all hosts reach; the caller closes it. */
  UpstreamRegistry upstream() {
    return UpstreamRegistry.start(bridge.add());
  }

  /** The image that only {@link #first()} has, all of it. */
  SampleImage sample() {
    return sample;
  }

  /** The image that {@link #first()} has without {@link #lacking()}. */
  SampleImage partial() {
    return partial;
  }

  /** The layer of the partial image that no host has. */
  String lacking() {
    return partial.layers().get(1).digest().toString();
  }

  /** Undoes what a test did to the hosts, and takes from the others what they have pulled. */
  void recover() {
    hosts.forEach(ClusterHost::recover);
    for (ClusterHost host : List.of(second(), third())) {
      host.containerd().mirror("sluice.test", ClusterHost.MIRROR, ClusterHost.MIRROR);
      empty(host);
    }
  }

  /** Removes all that a host has. Its keys would count as those of what comes next. */
  void empty(ClusterHost host) {
    host.containerd().removeAll();
    Patience.until(
        host.network().address() + " has nothing to tell",
        PATIENCE,
        () -> host.node().metrics().sum("sluice_router_advertised_keys") == 0);
  }

  /** Before the first lookup may be answered, nodes have to meet. */
  void awaitPeers(ClusterHost... some) {
    for (ClusterHost host : some.length == 0 ? hosts.toArray(ClusterHost[]::new) : some) {
      Patience.until(
          host.network().address() + " knows peers",
          PATIENCE,
          () -> host.node().metrics().sum("sluice_router_ready") == 1);
    }
  }

  /** Waits until a host's node finds every blob at somebody's, so that a pull has a choice. */
  void awaitAdvertised(ClusterHost owner, int keys) {
    Patience.until(
        owner.network().address() + " tells what it has",
        PATIENCE,
        () -> owner.node().metrics().sum("sluice_router_advertised_keys") >= keys);
  }

  /** A host has the sample, and nothing else. */
  void assertHasSample(ClusterHost host) {
    assertHas(host, sample);
  }

  /** A host has this image, and nothing else. */
  void assertHas(ClusterHost host, SampleImage image) {
    TreeSet<String> expected = new TreeSet<>();
    image.digests().stream().map(Digest::toString).forEach(expected::add);
    assertEquals(expected, host.containerd().digests());
    assertEquals(expected, host.containerd().sizesByComputedDigest().navigableKeySet());
  }

  /**
   * Has the third host pull the sample, which the others have, over a slow link, and strikes who
   * serves it; the pull ends well all the same.
   */
  void pullWhileSomebodyServes(Consumer<ClusterHost> blow) {
    awaitPeers();
    second().containerd().pull(SAMPLE);
    awaitAdvertised(second(), sample.digests().size());
    third().network().throttle(MEGABITS_PER_SECOND);
    try (SlowPull pull = SlowPull.start(third(), SAMPLE, first(), second())) {
      blow.accept(pull.awaitServed(IN_FLIGHT_BYTES));
      assertEquals(0, pull.exitCode(), third()::account);
    }
    assertHasSample(third());
  }

  /** Ends all that it has started. */
  void close() throws Exception {
    open.closeAll();
  }
}
