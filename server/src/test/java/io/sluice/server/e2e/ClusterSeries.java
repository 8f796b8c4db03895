package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one series of containerd has, the others find, at once. */
interface ClusterSeries {
  /** Small layers come while the large one keeps the pull going. */
  int[] LAYER_BYTES = {32 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20, 32 << 20};

  /** So slow that the small layers arrive one after the other. */
  int ARRIVAL_MEGABITS_PER_SECOND = 40;

  /** From a layer's arrival until other hosts find it. */
  long FOUND_WITHIN_MS = 1000;

  /** The hosts; as each test leaves them, they are brought back. */
  Cluster cluster();

  @ParameterizedTest
  @EnumSource
  default void whatOneSeriesHasTheOthersPullAndRun(ContainerdSeries series) throws IOException {
    String name = "sluice.test/of-" + series.ordinal() + ":1";
    ProgramImage image =
        ProgramImage.write(cluster().directory(series.name()), name, series.name());
    ClusterHost source = cluster().host(series);
    cluster().awaitPeers();
    double before = source.node().metrics().sum("sluice_router_advertised_keys");
    source.containerd().importLayout(image.layout());
    cluster().awaitAdvertised(source, (int) before + image.sizes().size() + 1);
    try {
      for (ClusterHost sink : cluster().hosts()) {
        if (sink != source) {
          assertPullsAndRuns(sink, source, image, series.name());
        }
      }
    } finally {
      source.containerd().remove(name);
    }
  }

  private void assertPullsAndRuns(
      ClusterHost sink, ClusterHost source, ProgramImage image, String text) {
    long before = source.servedBytes();
    sink.containerd().pull(image.reference());
    assertTrue(
        sink.containerd().sizesByComputedDigest().entrySet().containsAll(image.sizes().entrySet()));
    assertTrue(source.servedBytes() - before >= image.totalBytes(), "another host served it");
    assertEquals(text, sink.containerd().run(image.reference(), ProgramImage.PROGRAM));
    sink.containerd().remove(image.reference());
    Patience.until(
        "it is gone",
        Cluster.PATIENCE,
        () -> image.sizes().keySet().stream().noneMatch(blob -> sink.holds("of", blob)));
  }

  @Test
  default void aLayerIsFoundWithinASecondOfItsArrival() throws IOException {
    String name = "sluice.test/layers:1";
    ProgramImage image =
        ProgramImage.write(cluster().directory("layers"), name, "layers", LAYER_BYTES);
    ClusterHost second = cluster().second();
    cluster().awaitPeers();
    try (UpstreamRegistry upstream = cluster().upstream()) {
      upstream.push(image.layout(), "layers:1");
      second.containerd().mirror("sluice.test", ClusterHost.MIRROR, upstream.url());
      second.network().throttle(ARRIVAL_MEGABITS_PER_SECOND);
      try (SlowPull pull = SlowPull.start(second, name)) {
        List<Long> milliseconds = new ArrayList<>();
        for (String layer : image.layers().subList(1, image.layers().size() - 1)) {
          milliseconds.add(awaitFound(second.containerd().blob(layer), layer));
        }
        pull.assertGoesOn();
        System.out.println("From a layer's arrival until it is found, in ms: " + milliseconds);
        Collections.sort(milliseconds);
        assertTrue(
            milliseconds.get(milliseconds.size() / 2) < FOUND_WITHIN_MS, milliseconds::toString);
        second.network().unthrottle();
        assertEquals(0, pull.exitCode(), second::account);
      }
    }
    assertEquals(image.sizes(), second.containerd().sizesByComputedDigest());
  }

  /** Waits for a layer on the second host, and until the third finds it; how long that took. */
  private long awaitFound(Path file, String layer) throws IOException {
    Patience.until(layer + " has arrived", Cluster.PATIENCE, () -> Files.exists(file));
    Patience.until(
        layer + " is found", Cluster.PATIENCE, () -> cluster().third().finds("layers", layer));
    // The last change of its inode was that it got its name and mode.
    FileTime arrived = (FileTime) Files.getAttribute(file, "unix:ctime");
    return System.currentTimeMillis() - arrived.toMillis();
  }
}
