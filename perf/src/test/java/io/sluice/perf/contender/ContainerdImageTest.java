package io.sluice.perf.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real containerd; needs root. */
@Tag("root")
@Timeout(60)
class ContainerdImageTest {
  @TempDir private Path directory;

  @Test
  void containerdHasTheLayersAndNoCopyOfThem() throws Exception {
    containerdHas(LayerPlan.equal(2, 1 << 20), 0);
  }

  @Test
  void severalImagesAreOneTagForIt() throws Exception {
    containerdHas(LayerPlan.spread("several", 3, 4, 1 << 10, 1 << 14), 1);
  }

  private void containerdHas(LayerPlan plan, int indexes) throws Exception {
    assumeTrue(Files.isExecutable(Path.of(ContainerdImage.DAEMON)), "no containerd");
    Path run = Files.createDirectory(directory.resolve("run"));
    Path data = directory.resolve("data");
    try (Cleanup cleanup = new Cleanup()) {
      LayerSet layers = LayerSet.prepare(data, plan, false, cleanup, line -> {});
      ContainerdImage image = ContainerdImage.start(layers, run, cleanup);
      String listed =
          Program.says(
              Path.of(ContainerdImage.CLIENT),
              "--address=" + image.socket(),
              "--namespace=" + ContainerdImage.NAMESPACE,
              "content",
              "ls",
              "--quiet");
      Set<String> digests = new TreeSet<>(listed.lines().toList());
      Set<String> blobs = blobs(layers);
      assertTrue(digests.containsAll(blobs), digests + " of " + blobs);
      assertEquals(blobs.size() + indexes, digests.size());
      for (Layer layer : layers.layers()) {
        Path blob = image.content().resolve("blobs/sha256/" + layer.digestHex());
        assertTrue(Files.isSameFile(layer.file(), blob), "a copy of " + layer);
      }
    }
    try (Stream<Path> left = Files.list(data)) {
      assertEquals(List.of(), left.toList());
    }
  }

  private static Set<String> blobs(LayerSet layers) throws IOException {
    Set<String> digests = new TreeSet<>();
    try (Stream<Path> files = Files.list(layers.layout().resolve("blobs/sha256"))) {
      files.forEach(file -> digests.add("sha256:" + file.getFileName()));
    }
    return digests;
  }
}
