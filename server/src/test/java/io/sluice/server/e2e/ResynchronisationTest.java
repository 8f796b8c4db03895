package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.server.config.ImageFilter;
import io.sluice.server.control.ControlPlane;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.control.RecordingRouter;
import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.ContainerdImages;
import io.sluice.server.store.ContainerdStore;
import io.sluice.server.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What peers are told when a containerd with many images dies and comes back: nothing. */
@Tag("root")
@Tag("containerd")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ResynchronisationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int IMAGES = 200;
  private static final int BLOBS_EACH = 3;

  /** Longer than the list that follows the first one of a connection, and a catalog, take. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  @Test
  void aRestartOfContainerdTellsPeersNothing() throws IOException {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "tar");
    Path directory = Workspace.scratch("resynchronisation");
    try (ContainerdHost host = ContainerdHost.start(command -> command)) {
      importImages(host, directory.resolve("many"), "many", IMAGES, 1);
      follow(host, directory);
    } finally {
      Workspace.delete(directory);
    }
  }

  private static void importImages(
      ContainerdHost host, Path layout, String repository, int count, int seed) throws IOException {
    for (int i = 0; i < count; i++) {
      SampleImage.write(layout, "sluice.test/" + repository + ":" + i, 1, 10, seed + i);
    }
    host.importLayout(ContainerdHost.NAMESPACE, layout);
  }

  private static void follow(ContainerdHost host, Path directory) throws IOException {
    RecordingRouter router = new RecordingRouter();
    try (ContainerdStore store = open(host);
        ControlPlane control = new ControlPlane(List.of(), store, router, new MediaTypes())) {
      control.advertise();
      control.start();
      store.start();
      int keys = IMAGES * (BLOBS_EACH + 1);
      Patience.until("all is told", PATIENCE, () -> router.advertised().size() >= keys);
      Patience.pause(QUIET);
      assertEquals(keys, router.advertised().size());
      int calls = router.calls();

      host.kill();
      Patience.until("the loss is seen", PATIENCE, () -> !store.status().connected());
      Patience.pause(QUIET);
      host.start();
      Patience.until("it is back", PATIENCE, () -> store.status().connected());
      long lists = store.status().synchronisations();
      Patience.until("listed", PATIENCE, () -> store.status().synchronisations() > lists);
      Patience.pause(QUIET);
      assertEquals(2, store.status().connections());
      assertEquals(calls, router.calls(), "calls of the router");
      assertEquals(IMAGES, store.status().images());

      // It does hear of what is new.
      importImages(host, directory.resolve("one"), "one", 1, 1 + IMAGES);
      Patience.until(
          "the new one", PATIENCE, () -> router.advertised().contains("sluice.test/one:0"));
      Patience.pause(QUIET);
      List<String> all = router.advertised();
      Set<String> before = new HashSet<>(all.subList(0, keys));
      assertEquals(keys, before.size(), "each was told once");
      assertEquals(List.of(), all.stream().skip(keys).filter(before::contains).toList());
      // The list that an import brings along belongs to no image, and goes again.
      assertEquals(List.of(), router.withdrawn().stream().filter(before::contains).toList());
    }
  }

  private static ContainerdStore open(ContainerdHost host) throws StoreException {
    return new ContainerdStore(
        host.contentDirectory(),
        List.of(ContainerdHost.NAMESPACE),
        ImageFilter.NONE,
        new ContainerdImages(Path.of(host.socket())));
  }
}
