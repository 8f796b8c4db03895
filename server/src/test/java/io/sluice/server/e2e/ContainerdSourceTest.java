package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a node makes of a real containerd's images: of their names, of what they lose, of its end.
 */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ParameterizedClass
@EnumSource(ContainerdSeries.class)
class ContainerdSourceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LAYERS = 2;
  private static final long LAYER_BYTES = 2000;
  private static final int MEASURED = 10;

  /** For what happens in containerd to be seen by peers, in the median. */
  private static final long SOON_MS = 1000;

  private static final OpenResources OPEN = new OpenResources();
  private static ContainerdHost host;
  private static SluiceProcess node;
  private static Path directory;
  private static long seed = 1;

  /** Of this one all tests are run. */
  @Parameter ContainerdSeries series;

  @BeforeParameterizedClassInvocation
  static void start(ContainerdSeries series) {
    Requirement.root();
    Requirement.tools("ip", "nsenter", "tar");
    directory = Workspace.scratch("source");
    OPEN.keep(() -> Workspace.delete(directory));
    NetworkNamespace network = OPEN.keep(NetworkNamespace.create());
    host = OPEN.keep(ContainerdHost.start(network, series));
    node = OPEN.keep(SluiceProcess.serving(host).with("--registry-filters", "/secret/").start());
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    OPEN.closeAll();
  }

  private static SampleImage importNew(String namespace, String name) throws IOException {
    Path layout = directory.resolve("layout-" + seed);
    SampleImage image = SampleImage.write(layout, name, LAYERS, LAYER_BYTES, seed++);
    host.importLayout(namespace, layout);
    return image;
  }

  private static SampleImage importNew(String name) throws IOException {
    return importNew(ContainerdHost.NAMESPACE, name);
  }

  private static int status(String repository, Digest digest) {
    return node.registryGet("/v2/" + repository + "/blobs/" + digest + "?ns=sluice.test")
        .statusCode();
  }

  /** The digest that a tag leads to; empty when there is none. */
  private static String tag(String repository, String tag) {
    var response = node.registryGet("/v2/" + repository + "/manifests/" + tag + "?ns=sluice.test");
    return response.statusCode() == 200
        ? response.headers().firstValue("Docker-Content-Digest").orElseThrow()
        : "";
  }

  private static void awaitTag(String repository, String tag, SampleImage image) {
    Patience.until(
        repository + ":" + tag + " is served; " + node.logTail(),
        PATIENCE,
        () -> tag(repository, tag).equals(image.manifest().digest().toString()));
  }

  @Test
  void anImportedImageIsServedWithAllOfItsBlobs() throws IOException {
    SampleImage image = importNew("sluice.test/imported:1");
    awaitTag("imported", "1", image);
    for (Digest digest : image.digests().subList(1, image.digests().size())) {
      assertEquals(200, status("imported", digest), digest::toString);
    }
  }

  @Test
  void aTagMovesAndEndsWithItsImage() throws IOException {
    SampleImage first = importNew("sluice.test/moving:1");
    SampleImage second = importNew("sluice.test/moving:2");
    awaitTag("moving", "1", first);
    host.tag("sluice.test/moving:2", "sluice.test/moving:1");
    awaitTag("moving", "1", second);
    host.remove("sluice.test/moving:1");
    host.remove("sluice.test/moving:2");
    Patience.until("the tag has ended", PATIENCE, () -> tag("moving", "1").isEmpty());
    // Each removal is an event of its own.
    for (Digest digest : second.digests()) {
      Patience.until(digest + " is gone", PATIENCE, () -> status("moving", digest) == 404);
    }
  }

  @Test
  void otherNamespacesAndFilteredImagesAreHidden() throws IOException {
    SampleImage other = importNew("other", "sluice.test/other:1");
    SampleImage secret = importNew("sluice.test/secret/app:1");
    SampleImage shown = importNew("sluice.test/shown:1");
    awaitTag("shown", "1", shown);
    for (SampleImage hidden : List.of(other, secret)) {
      for (Digest digest : hidden.digests()) {
        assertEquals(404, status("shown", digest), digest::toString);
      }
    }
    assertEquals("", tag("other", "1"));
    assertEquals("", tag("secret/app", "1"));
  }

  @Test
  void containerdIsKilledAndComesBack() throws IOException {
    SampleImage before = importNew("sluice.test/before:1");
    awaitTag("before", "1", before);
    host.kill();
    Patience.until(
        "the loss is told", PATIENCE, () -> node.metrics().sum("sluice_containerd_connected") == 0);
    awaitTag("before", "1", before);
    assertEquals(200, node.readiness().statusCode());
    assertTrue(node.readiness().body().contains("served meanwhile"), node.readiness().body());
    host.start();
    Patience.until(
        "it is back", PATIENCE, () -> node.metrics().sum("sluice_containerd_connected") == 1);
    awaitTag("after", "1", importNew("sluice.test/after:1"));
    awaitTag("before", "1", before);
  }

  @Test
  void anImageIsSeenWithinASecondOfItsImportAndGoneWithinOneOfItsRemoval() throws IOException {
    List<Long> imports = new ArrayList<>();
    List<Long> removals = new ArrayList<>();
    for (int i = 0; i < MEASURED; i++) {
      SampleImage image = importNew("sluice.test/many:" + i);
      String digest = image.manifest().digest().toString();
      String tag = Integer.toString(i);
      imports.add(milliseconds(() -> tag("many", tag).equals(digest)));
      host.remove(image.reference());
      removals.add(
          milliseconds(
              () -> image.digests().stream().allMatch(blob -> status("many", blob) == 404)));
    }
    System.out.println("From the end of an import to the tag, in ms: " + imports);
    System.out.println("From the end of a removal to 404, in ms: " + removals);
    assertSoon(imports);
    assertSoon(removals);
  }

  /** How long it takes until something holds; fails if it does not. */
  private static long milliseconds(BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - startNs < PATIENCE.toNanos(), node::logTail);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
  }

  private static void assertSoon(List<Long> milliseconds) {
    long median = milliseconds.stream().sorted().toList().get(milliseconds.size() / 2);
    assertTrue(median < SOON_MS, milliseconds::toString);
  }
}
