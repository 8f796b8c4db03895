package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Serving an image of hundreds of MB that nobody has in memory leaves none of it in memory. */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PageCacheChargeTest {
  private static final long FILE_GROWTH_LIMIT_BYTES = 16L << 20;

  @Test
  void servingAColdImageDoesNotFillThePageCache() {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "ip", "nsenter", "dd", "sync", "curl");
    DebianImage image = DebianImage.cached();
    try (MemoryCgroup cgroup = MemoryCgroup.create();
        NetworkNamespace network = NetworkNamespace.create();
        SluiceProcess node =
            SluiceProcess.serving(image).listeningOn(network.hostAddress()).in(cgroup).start();
        ContainerdHost host = ContainerdHost.start(network)) {
      host.mirror("sluice.test", node);
      readSmallestBlob(node, image);
      image.evictFromPageCache();
      long fileBytesBefore = cgroup.charge().fileBytes();
      try (PeakWatch watch = new PeakWatch(cgroup)) {
        host.pull(DebianImage.REFERENCE);
        long growthBytes = watch.peakFileBytes() - fileBytesBefore;
        assertTrue(
            growthBytes <= FILE_GROWTH_LIMIT_BYTES,
            () -> "page cache charged to the node grew by " + growthBytes + " bytes");
      }
      assertEquals(image.sizes().navigableKeySet(), host.digests());
    }
  }

  /** One small transfer, so that the runtime has read from its own files what serving needs. */
  private static void readSmallestBlob(SluiceProcess node, DebianImage image) {
    TreeMap<String, Long> sizes = image.sizes();
    String smallest = Collections.min(sizes.keySet(), Comparator.comparing(sizes::get));
    Command.of(
            "curl",
            "--fail",
            "--output",
            "/dev/null",
            node.registry() + "/v2/debian/blobs/" + smallest)
        .output();
  }

  /** Samples a group while something else happens, so that a peak in between is seen. */
  private static final class PeakWatch implements AutoCloseable {
    private final MemoryCgroup cgroup;
    private final AtomicLong peak = new AtomicLong();
    private final AtomicBoolean done = new AtomicBoolean();
    private final Thread thread;

    PeakWatch(MemoryCgroup cgroup) {
      this.cgroup = cgroup;
      this.thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    while (!done.get()) {
                      sample();
                      Patience.pause();
                    }
                  });
    }

    long peakFileBytes() {
      sample();
      return peak.get();
    }

    private void sample() {
      peak.accumulateAndGet(cgroup.charge().fileBytes(), Math::max);
    }

    @Override
    public void close() {
      done.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
