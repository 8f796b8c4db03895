package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ImageFilter;
import io.sluice.server.log.CapturedLog;
import io.sluice.server.log.Level;
import io.sluice.server.log.Log;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Content and events that nobody would make but to do harm; an image beside them is served. */
@Timeout(60)
class HostileContentTest {
  private static final String NAMESPACE = "k8s.io";
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long MIB = 1 << 20;

  @TempDir private Path directory;
  private final CapturedLog log = new CapturedLog();
  private final FakeImages images = new FakeImages();
  private TestLayout files;
  private ContainerdStore store;

  @BeforeEach
  void writeStore() throws IOException {
    Log.threshold(Level.WARN);
    files = new TestLayout(directory.resolve("content"));
    put("good", files.image("good", ""));
  }

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
    }
    log.close();
  }

  private void put(String tag, Digest target) {
    images.put(NAMESPACE, "acme.test/app:" + tag, target, MediaType.OCI_INDEX);
  }

  private void open(String... namespaces) throws StoreException {
    store = new ContainerdStore(files.root(), List.of(namespaces), ImageFilter.NONE, images);
    store.start();
    await("the good image", () -> has("good"));
  }

  private boolean has(String tag) {
    return store.catalog().findTag("acme.test", "app", tag) >= 0;
  }

  private boolean has(Digest digest) {
    return store.catalog().findDigest(digest) >= 0;
  }

  private static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, "in vain: " + what);
      Thread.onSpinWait();
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String index(String descriptors) {
    return "{\"schemaVersion\":2,\"manifests\":[" + descriptors + "]}";
  }

  private static String manifest(Digest digest) {
    return TestLayout.descriptor(MediaType.OCI_INDEX, digest, null);
  }

  @Test
  void aManifestOfHundredMegabytesIsServedButNotRead() throws IOException {
    Digest huge = TestLayout.digest(1);
    try (var out = Files.newOutputStream(files.path(huge))) {
      byte[] part = "{\"schemaVersion\":2,\"layers\":[ ".repeat(1 << 15).getBytes();
      for (long bytes = 0; bytes < 100 * MIB; bytes += part.length) {
        out.write(part);
      }
    }
    put("huge", huge);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    open(NAMESPACE);
    await("the huge one", () -> has("huge"));
    assertEquals(100 * MIB, sizeBytes(huge) / MIB * MIB, "its size is told");
    assertEquals(1, store.status().skippedManifests());
    assertEquals(0, store.counters().bytesRead() / MIB, "nothing of it is read");
    long allocated = 0;
    for (long id : threads.getAllThreadIds()) {
      boolean ours = "containerd".equals(threads.getThreadInfo(id).getThreadName());
      allocated += ours ? threads.getThreadAllocatedBytes(id) : 0;
    }
    assertTrue(allocated < 16 * MIB, allocated + " bytes were allocated for it");
    assertEquals(1, log.lines("it is larger than 4194304 bytes").size());
  }

  private long sizeBytes(Digest digest) {
    return store.catalog().sizeBytes(store.catalog().findDigest(digest));
  }

  @Test
  void indexesThatReferToEachOtherEnd() throws IOException {
    // Digests are not checked, so that a loop can be made.
    Digest one = TestLayout.digest(1);
    Digest two = TestLayout.digest(2);
    files.forge(one, index(manifest(one) + "," + manifest(two)));
    files.forge(two, index(manifest(one) + "," + manifest(one)));
    put("one", one);
    open(NAMESPACE);
    assertTrue(has(one) && has(two));
    images.remove(NAMESPACE, "acme.test/app:one");
    await("they hold each other up no longer", () -> !has(one) && !has(two));
  }

  @Test
  void aManifestMayHaveTenThousandLayers() throws IOException {
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      layers.add(TestLayout.descriptor(MediaType.OCI_LAYER_TAR, TestLayout.digest(i), null));
    }
    Digest last = TestLayout.digest(9_999);
    files.forge(last, "the last layer");
    put("wide", files.blob("{\"schemaVersion\":2,\"layers\":[" + String.join(",", layers) + "]}"));
    open(NAMESPACE);
    await("its last layer", () -> has(last));
    assertEquals(0, store.status().skippedManifests());
    assertFalse(has(TestLayout.digest(0)), "it is not here");
  }

  @Test
  void indexesMayBeNestedDeeply() throws IOException {
    Digest deepest = files.blob("the deepest");
    Digest index = deepest;
    for (int i = 0; i < 3_000; i++) {
      index = files.blob(index(manifest(index)));
    }
    put("deep", index);
    open(NAMESPACE);
    await("the deepest", () -> has(deepest));
  }

  @Test
  void jsonThatIsNestedDeeplyIsNotRead() throws IOException {
    put("json", files.blob("{\"manifests\":" + "[".repeat(100_000)));
    open(NAMESPACE);
    assertEquals(1, store.status().skippedManifests());
    assertEquals(1, log.lines("Some manifests cannot be read").size());
  }

  @Test
  void descriptorsOfUnknownKindsArePassedOver() throws IOException {
    Digest layer = files.blob("a layer");
    String hex = layer.hex();
    StringBuilder layers = new StringBuilder();
    for (String digest :
        List.of(
            "sha512:" + hex,
            "SHA256:" + hex,
            "sha256:" + hex.toUpperCase(java.util.Locale.ROOT),
            "blake3:" + hex,
            "sha256:../../etc/passwd",
            "",
            "sha256:")) {
      layers.append("{\"digest\":\"").append(digest).append("\"},");
    }
    layers.append("{\"digest\":7},{},[],null,");
    layers.append(TestLayout.descriptor(MediaType.OCI_LAYER_TAR, layer, null));
    put("odd", files.blob("{\"schemaVersion\":2,\"layers\":[" + layers + "]}"));
    open(NAMESPACE);
    await("the one that is right", () -> has(layer));
    assertEquals(0, store.status().skippedManifests());
  }

  @Test
  void aNamespaceThatDoesNotExistIsToldOfAndServedWhenItDoes() throws IOException {
    open(NAMESPACE, "nowhere");
    assertTrue(store.readiness().ready());
    List<String> lines = log.lines("A namespace does not exist in containerd");
    assertEquals(1, lines.size());
    assertTrue(
        lines.get(0).contains("check --containerd-namespace.")
            && lines.get(0).contains("nowhere")
            && lines.get(0).contains(NAMESPACE),
        lines.get(0));
    images.put("nowhere", "acme.test/app:now", files.image("now", ""), MediaType.OCI_MANIFEST);
    await("its image", () -> has("now"));
  }

  @Test
  void aFloodOfEventsIsOneListASecond() throws IOException {
    open(NAMESPACE);
    int before = images.listings();
    long startNs = System.nanoTime();
    long floodNs = TimeUnit.SECONDS.toNanos(2);
    int told = 0;
    Digest target = files.image("flood", "");
    while (System.nanoTime() - startNs < floodNs) {
      images.tell(NAMESPACE, "acme.test/none:" + told++);
      images.tell(NAMESPACE, "acme.test/app:good");
    }
    assertTrue(told > 10 * StoreLimits.CHANGED_IMAGES_MAX, told + " events");
    put("after", target);
    await("what comes after it", () -> has("after"));
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs) + 1;
    // One for the connection's second list.
    int lists = images.listings() - before;
    assertTrue(lists <= seconds + 2, lists + " lists in " + seconds + " s");
    assertTrue(has("good"));
  }
}
