package io.sluice.perf.footprint;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.data.PageCache;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.LoadResult;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.CgroupMeter;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.ResidentSetMeter;
import io.sluice.server.config.Limits;
import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Descriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Weighs a node: from a cold start in a fresh control group, through a load, to idleness. */
final class WeighingRun {
  /** The load that the promises are about. */
  static final int CONNECTIONS = 64;

  /** For what the start set in motion to settle. */
  private static final long SETTLE_MS = 2_000;

  private static final long SAMPLE_MS = 10;

  /** How often the main thread of a node looks, and a little more. */
  private static final long LOOK_MS = 1_500;

  private final CgroupMounts mounts;
  private final Cleanup cleanup;
  private final Path layout;
  private final SampleImage image;
  private final long loadBytes;
  private int groups;

  /**
   * Prepares to weigh.
   *
   * @param layout with {@code image}
   * @param loadBytes how much the clients pull
   */
  WeighingRun(
      CgroupMounts mounts, Cleanup cleanup, Path layout, SampleImage image, long loadBytes) {
    this.mounts = mounts;
    this.cleanup = cleanup;
    this.layout = layout;
    this.image = image;
    this.loadBytes = loadBytes;
  }

  /**
   * Runs a node once.
   *
   * @param before what stands before the launcher, such as a change of user
   * @param limitBytes of the control group
   * @throws IOException when the node does not serve what it should
   */
  Weight run(VariantHome home, List<String> before, OptionalLong limitBytes)
      throws IOException, InterruptedException {
    String name = "sluice-footprint-" + ProcessHandle.current().pid() + "-" + ++groups;
    try (Cgroup group = Cgroup.create(mounts, name, cleanup)) {
      if (limitBytes.isPresent()) {
        group.limitMemory(limitBytes.getAsLong());
      }
      dropLayers();
      home.makeCold();
      List<String> command = new ArrayList<>(before);
      command.add(home.launcher().toString());
      Path log = layout.resolveSibling("node.log");
      try (PackagedNode node =
          PackagedNode.start(
              command,
              PackagedNode.layout(layout),
              home.environment(),
              group.processFiles(),
              log)) {
        Weight weight = weigh(node, group);
        node.stop();
        return weight;
      }
    }
  }

  private Weight weigh(PackagedNode node, Cgroup group) throws IOException, InterruptedException {
    Descriptor small = image.config();
    Descriptor first = image.layers().get(0);
    long startNs = node.awaitFirstByte(first);
    Thread.sleep(SETTLE_MS);
    CgroupMeter meter = group.memory();
    MemoryCharge started = meter.read();
    long startedResident = resident(group);
    long loaded = load(node, meter);
    long beforeNs = node.get(small).firstByteNs();
    beforeNs = Math.min(beforeNs, node.get(small).firstByteNs());
    Thread.sleep(Limits.IDLE_GIVE_BACK_NS / 1_000_000 + LOOK_MS);
    MemoryCharge idle = meter.read();
    long idleResident = resident(group);
    long afterNs = node.get(small).firstByteNs();
    if (idle.oomKills() > 0) {
      throw new IOException("the kernel killed a process of the node for its memory");
    }
    return new Weight(
        startNs, started, startedResident, loaded, idle, idleResident, beforeNs, afterNs);
  }

  private static long resident(Cgroup group) throws IOException {
    return new ResidentSetMeter().residentBytes(group.processes());
  }

  /** Lets clients pull; returns the highest charge meanwhile. */
  private long load(PackagedNode node, CgroupMeter meter) throws IOException, InterruptedException {
    AtomicLong highest = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    Thread sampler = Thread.ofPlatform().daemon().unstarted(() -> sample(meter, highest, done));
    sampler.start();
    LoadResult result;
    try {
      dropLayers();
      result = new LoadGenerator(node.registry(), CONNECTIONS, BodyMode.DISCARD).run(requests());
    } finally {
      done.set(true);
      sampler.join();
    }
    if (!result.failures().isEmpty()) {
      throw new IOException(
          "clients failed, the first: " + result.failures().get(0) + "\n" + node.logTail());
    }
    return highest.get();
  }

  private static void sample(CgroupMeter meter, AtomicLong highest, AtomicBoolean done) {
    try {
      while (!done.get()) {
        highest.accumulateAndGet(meter.read().totalBytes(), Math::max);
        Thread.sleep(SAMPLE_MS);
      }
    } catch (IOException | InterruptedException ended) {
      highest.set(Long.MAX_VALUE);
    }
  }

  private RequestSource requests() {
    List<BlobRequest> requests = new ArrayList<>();
    long bytes = 0;
    while (bytes < loadBytes) {
      for (Descriptor layer : image.layers()) {
        String digest = layer.digest().toString();
        requests.add(
            BlobRequest.whole(
                "/v2/sample/blobs/" + digest,
                layer.sizeBytes(),
                digest.substring(digest.indexOf(':') + 1)));
        bytes += layer.sizeBytes();
      }
    }
    return RequestSource.once(requests);
  }

  private void dropLayers() {
    for (Descriptor layer : image.layers()) {
      PageCache.drop(layout.resolve("blobs").resolve(layer.digest().toString().replace(':', '/')));
    }
  }
}
