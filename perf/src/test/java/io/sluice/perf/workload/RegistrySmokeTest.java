package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.contender.RegistryContender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real registry on links to the layers; needs root and docker-registry. */
@Tag("root")
@Timeout(60)
class RegistrySmokeTest {
  private static final Path REGISTRY = Path.of("/usr/bin/docker-registry");

  @TempDir private Path directory;

  @Test
  void layersAndTheirManifestAreServedWithoutACopy() throws Exception {
    assumeTrue(Files.isExecutable(REGISTRY), "docker-registry is not installed");
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage = SmallStage.of(directory, cleanup, 1, List.of());
      RegistryContender registry = new RegistryContender(REGISTRY, directory, cleanup);
      Layer layer = stage.layers().layers().get(0);
      Layer manifest = stage.layers().manifest();
      try (Session session = stage.open(registry, OptionalLong.empty())) {
        session.measure(SmallStage.LAYERS, BodyMode.VERIFY, WarmUp.wholeLayers(stage.layers()));
        BlobRequest whole =
            BlobRequest.whole(
                Running.manifestPath(manifest), manifest.sizeBytes(), manifest.digestHex());
        BlobRequest range = BlobRequest.range(Running.path(layer), 4_097, 1);
        session.measure(1, BodyMode.VERIFY, RequestSource.once(List.of(whole, range)));
      }
      assertEquals(2, Files.getAttribute(layer.file(), "unix:nlink"));
    }
    try (Stream<Path> left = Files.list(directory.resolve("data"))) {
      assertEquals(List.of(), left.toList());
    }
  }
}
