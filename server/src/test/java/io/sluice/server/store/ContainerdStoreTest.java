package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.Exclusion;
import io.sluice.server.config.ImageFilter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is served and told, with files that are real and a runtime that is not. */
@Timeout(60)
class ContainerdStoreTest {
  private static final String NAMESPACE = "k8s.io";
  private static final String APP = "acme.test/app:1";
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

  /** Longer than a change takes to be seen. */
  private static final long QUIET_MS = 400;

  @TempDir private Path directory;
  private final FakeImages images = new FakeImages();
  private TestLayout files;
  private ContainerdStore store;

  @BeforeEach
  void writeStore() throws IOException {
    files = new TestLayout(directory.resolve("content"));
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  private void open(ImageFilter filter, String... namespaces) throws StoreException {
    store = new ContainerdStore(files.root(), List.of(namespaces), filter, images);
    store.start();
  }

  private void open() throws StoreException {
    open(ImageFilter.NONE, NAMESPACE);
  }

  private static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, "in vain: " + what);
      sleep(5);
    }
  }

  private static void sleep(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean has(Digest digest) {
    return store.catalog().findDigest(digest) != Catalog.NOT_FOUND;
  }

  private Digest tag(String registry, String repository, String tag) {
    int entry = store.catalog().findTag(registry, repository, tag);
    return entry < 0 ? null : store.catalog().digest(entry);
  }

  private void awaitReady() {
    await("ready", () -> store.readiness().ready());
  }

  private void awaitTag(Digest target) {
    await("the tag leads to " + target, () -> target.equals(tag("acme.test", "app", "1")));
  }

  private Digest index(Digest... manifests) throws IOException {
    StringBuilder list = new StringBuilder();
    for (Digest manifest : manifests) {
      list.append(list.isEmpty() ? "" : ",")
          .append(TestLayout.descriptor(MediaType.OCI_MANIFEST, manifest, null));
    }
    return files.blob("{\"schemaVersion\":2,\"manifests\":[" + list + "]}");
  }

  @Test
  void everythingThatAnImageRefersToAndThatIsHereIsServed() throws IOException {
    Digest amd64 = files.image("amd64", "");
    Digest arm64 = TestLayout.digest(7);
    Digest index = index(amd64, arm64);
    images.put(NAMESPACE, APP, index, MediaType.OCI_INDEX);
    open();
    awaitTag(index);
    Catalog catalog = store.catalog();
    assertEquals(4, catalog.digestCount());
    assertEquals(MediaType.OCI_MANIFEST, catalog.descriptor(catalog.findDigest(amd64)).mediaType());
    assertFalse(has(arm64));
    assertTrue(catalog.isClosed());
    assertEquals(1, store.status().images());
    // The other platform is pulled later.
    files.forge(arm64, "{\"schemaVersion\":2,\"layers\":[]}");
    await("the other platform", () -> has(arm64));
  }

  @Test
  void contentMayComeAfterItsImage() throws IOException {
    images.put(NAMESPACE, APP, TestLayout.digestOf("{}".getBytes()), MediaType.OCI_MANIFEST);
    open();
    awaitReady();
    assertEquals(0, store.catalog().digestCount());
    assertEquals(0, store.catalog().tagCount());
    awaitTag(files.blob("{}"));
  }

  @Test
  void tagsMoveAndEnd() throws IOException {
    Digest first = files.image("first", "");
    Digest second = files.image("second", "");
    images.put(NAMESPACE, APP, first, MediaType.OCI_MANIFEST);
    open();
    awaitTag(first);
    images.put(NAMESPACE, APP, second, MediaType.OCI_MANIFEST);
    awaitTag(second);
    assertFalse(has(first));
    images.remove(NAMESPACE, APP);
    await("the tag has ended", () -> tag("acme.test", "app", "1") == null);
    assertEquals(0, store.catalog().digestCount());
    assertTrue(store.describe(second).isEmpty());
  }

  @Test
  void whatIsDeletedFromDiskIsGone() throws IOException {
    Digest manifest = files.image("x", "");
    images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST);
    open();
    awaitTag(manifest);
    Files.delete(files.path(manifest));
    await("gone", () -> store.catalog().digestCount() == 0);
    assertEquals(0, store.catalog().tagCount());
    files.image("x", "");
    awaitTag(manifest);
    assertEquals(3, store.catalog().digestCount());
  }

  @Test
  void otherNamespacesAreAsGoodAsAbsent() throws IOException {
    Digest theirs = files.image("theirs", "");
    Digest ours = files.image("ours", "");
    images.put("moby", "acme.test/secret:1", theirs, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, APP, ours, MediaType.OCI_MANIFEST);
    images.own("moby", theirs, Map.of());
    open();
    awaitTag(ours);
    sleep(QUIET_MS);
    assertFalse(has(theirs));
    assertTrue(store.describe(theirs).isEmpty());
    images.put(NAMESPACE, "acme.test/secret:2", theirs, MediaType.OCI_MANIFEST);
    await("now it is ours too", () -> has(theirs));
  }

  @Test
  void ofTwoNamespacesTheFirstOneDecides() throws IOException {
    Digest one = files.image("one", "");
    Digest two = files.image("two", "");
    images.put("a", APP, one, MediaType.OCI_MANIFEST);
    images.put("b", APP, two, MediaType.OCI_MANIFEST);
    open(ImageFilter.NONE, "b", "a");
    awaitTag(two);
    assertTrue(has(one));
    images.remove("b", APP);
    awaitTag(one);
  }

  @Test
  void aFilterHidesWhatOnlyItsImagesHave() throws IOException {
    Digest hidden = files.image("hidden", "");
    Digest shown = files.image("shown", "");
    images.put(NAMESPACE, "acme.test/secret/app:1", hidden, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, "other.test/app:1", hidden, MediaType.OCI_MANIFEST);
    // By this name the runtime interface has it again.
    images.put(NAMESPACE, hidden.toString(), hidden, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, APP, shown, MediaType.OCI_MANIFEST);
    open(new ImageFilter(List.of("acme.test"), List.of(new Exclusion("/secret/"))), NAMESPACE);
    awaitTag(shown);
    assertFalse(has(hidden));
    assertTrue(store.describe(hidden).isEmpty());
    assertEquals(3, store.status().hiddenImages());
    // What both have is not hidden.
    assertTrue(has(TestLayout.digestOf(config())));
  }

  private static byte[] config() {
    return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{}}".getBytes();
  }

  @Test
  void layersOfAPullAreSharedBeforeTheImageIsNamed() throws IOException {
    images.put(NAMESPACE, APP, files.image("x", ""), MediaType.OCI_MANIFEST);
    open();
    awaitReady();
    Digest layer = files.blob("a layer of what is being pulled");
    sleep(QUIET_MS);
    assertFalse(has(layer), "whose it is, is not known");
    images.own(NAMESPACE, layer, Map.of());
    await("the layer", () -> has(layer));
    Digest manifest = files.image("pulled", "");
    images.own(NAMESPACE, manifest, Map.of());
    await("the manifest", () -> has(manifest));
    assertEquals(MediaType.OCI_MANIFEST, store.describe(manifest).orElseThrow().mediaType());
  }

  @Test
  void whatNoImageHasAnyMoreIsNoPull() throws IOException {
    Digest manifest = files.image("x", "");
    images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST);
    images.own(NAMESPACE, manifest, Map.of());
    open();
    awaitTag(manifest);
    images.remove(NAMESPACE, APP);
    await("hidden", () -> !has(manifest));
    sleep(QUIET_MS);
    assertFalse(has(manifest));
  }

  @Test
  void whatHasWaitedForTooLongIsNoPull() throws IOException {
    Digest old = files.blob("old");
    Digest recent = files.blob("recent");
    images.own(NAMESPACE, old, Map.of());
    images.own(NAMESPACE, recent, Map.of());
    long oldMs =
        System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(StoreLimits.ARRIVAL_NS) - 1000;
    Files.setLastModifiedTime(files.path(old), FileTime.fromMillis(oldMs));
    open();
    await("the recent one", () -> has(recent));
    sleep(QUIET_MS);
    assertFalse(has(old));
  }

  @Test
  void withAFilterLabelsSayWhoseAPullIs() throws IOException {
    Digest good = files.blob("good");
    Digest bad = files.blob("bad");
    Digest unlabelled = files.blob("unlabelled");
    images.own(NAMESPACE, good, Map.of("containerd.io/distribution.source.acme.test", "x,app"));
    images.own(NAMESPACE, bad, Map.of("containerd.io/distribution.source.acme.test", "x"));
    images.own(NAMESPACE, unlabelled, Map.of("other", "app"));
    open(new ImageFilter(List.of(), List.of(new Exclusion("/x$"))), NAMESPACE);
    await("what may be shared", () -> has(good));
    sleep(QUIET_MS);
    assertFalse(has(bad));
    assertFalse(has(unlabelled));
  }

  @Test
  void anImageThatIsDeletedWhileItIsListedIsGone() throws IOException {
    Digest manifest = files.image("x", "");
    images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, "acme.test/app:2", manifest, MediaType.OCI_MANIFEST);
    Digest other = files.image("other", "");
    images.inList(
        () -> {
          images.inList(() -> {});
          images.remove(NAMESPACE, APP);
          images.remove(NAMESPACE, "acme.test/app:2");
          images.put(NAMESPACE, "acme.test/app:3", other, MediaType.OCI_MANIFEST);
        });
    open();
    await("what came meanwhile", () -> other.equals(tag("acme.test", "app", "3")));
    await("one tag", () -> store.catalog().tagCount() == 1);
  }

  @Test
  void anEventBeforeTheListIsNotLost() throws IOException {
    Digest manifest = files.image("x", "");
    images.afterOpen(() -> images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST));
    open();
    awaitTag(manifest);
  }

  @Test
  void manyChangesAreListedInsteadOfAskedFor() throws IOException {
    open();
    awaitReady();
    int before = images.listings();
    Digest manifest = files.image("x", "");
    int many = StoreLimits.CHANGED_IMAGES_MAX * 2;
    for (int i = 0; i < many; i++) {
      images.put(NAMESPACE, "acme.test/app:" + i, manifest, MediaType.OCI_MANIFEST);
    }
    await("all of them", () -> store.catalog().tagCount() == many);
    assertTrue(images.listings() >= before);
  }

  @Test
  void withoutTheRuntimeWhatWasKnownStaysAndWhatGoesGoes() throws IOException {
    Digest one = files.image("one", "");
    Digest two = files.image("two", "");
    images.put(NAMESPACE, APP, one, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, "acme.test/app:2", two, MediaType.OCI_MANIFEST);
    open();
    awaitTag(one);
    Catalog before = store.catalog();
    images.stop();
    await("the loss is seen", () -> !store.status().connected());
    assertTrue(store.readiness().ready());
    assertTrue(store.readiness().sentence().contains("The fake has stopped"));
    assertSame(before, store.catalog());
    Files.delete(files.path(two));
    await("gone", () -> !has(two));
    images.remove(NAMESPACE, "acme.test/app:2");
    images.start();
    await("back", () -> store.status().connected());
    assertEquals(2, store.status().connections());
    assertTrue(has(one));
    assertEquals(one, tag("acme.test", "app", "1"));
  }

  @Test
  void aResynchronisationThatChangesNothingChangesNothing() throws IOException {
    images.put(NAMESPACE, APP, files.image("one", ""), MediaType.OCI_MANIFEST);
    open();
    awaitReady();
    sleep(QUIET_MS);
    Catalog before = store.catalog();
    long synchronisations = store.status().synchronisations();
    images.stop();
    await("the loss is seen", () -> !store.status().connected());
    images.start();
    await("back", () -> store.status().synchronisations() > synchronisations);
    sleep(QUIET_MS);
    assertSame(before, store.catalog());
  }

  @Test
  void aLossInTheMiddleOfAListForgetsNothing() throws IOException {
    Digest one = files.image("one", "");
    images.put(NAMESPACE, APP, one, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, "acme.test/app:2", one, MediaType.OCI_MANIFEST);
    open();
    await("both", () -> store.catalog().tagCount() == 2);
    images.inList(
        () -> {
          images.inList(() -> {});
          images.stop();
        });
    store.refresh();
    await("the loss is seen", () -> !store.status().connected());
    sleep(QUIET_MS);
    assertEquals(2, store.catalog().tagCount());
    images.start();
    await("back", () -> store.status().connected());
    assertEquals(2, store.catalog().tagCount());
  }

  @Test
  void nothingIsKnownBeforeTheRuntimeIsThere() throws IOException {
    images.put(NAMESPACE, APP, files.image("one", ""), MediaType.OCI_MANIFEST);
    images.stop();
    open();
    sleep(QUIET_MS);
    assertFalse(store.readiness().ready());
    assertFalse(store.catalog().isClosed(), "by digest, what is on disk is served");
    assertEquals(0, store.catalog().digestCount());
    images.start();
    awaitReady();
    assertEquals(3, store.catalog().digestCount());
  }

  @Test
  void withAFilterNothingIsServedBeforeTheRuntimeIsThere() throws IOException {
    images.stop();
    Digest blob = files.blob("x");
    open(new ImageFilter(List.of("acme.test"), List.of()), NAMESPACE);
    assertTrue(store.catalog().isClosed());
    assertTrue(store.describe(blob).isEmpty());
  }

  @Test
  void aDirectoryMayComeLateAndVanishAndComeBack() throws IOException {
    Path content = files.root();
    Path away = directory.resolve("away");
    Digest manifest = files.image("x", "");
    images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST);
    Files.move(content, away);
    open();
    awaitReady();
    assertEquals(0, store.catalog().tagCount());
    Files.move(away, content);
    awaitTag(manifest);
    Files.move(content.resolve("blobs"), away);
    await("vanished", () -> store.catalog().tagCount() == 0);
    Files.move(away, content.resolve("blobs"));
    awaitTag(manifest);
    Digest later = files.image("later", "");
    images.put(NAMESPACE, APP, later, MediaType.OCI_MANIFEST);
    awaitTag(later);
  }

  @Test
  void aManifestThatIsTooLargeIsServedButNotRead() throws IOException {
    Digest huge = TestLayout.digest(1);
    try (RandomAccessFile sparse = new RandomAccessFile(files.path(huge).toFile(), "rw")) {
      sparse.setLength(100L << 20);
    }
    Digest broken = files.blob("{\"layers\":[");
    images.put(NAMESPACE, APP, huge, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, "acme.test/app:2", broken, MediaType.OCI_MANIFEST);
    open();
    awaitTag(huge);
    assertEquals(2, store.status().skippedManifests());
    images.put(NAMESPACE, "acme.test/app:3", broken, MediaType.OCI_MANIFEST);
    await("the third", () -> store.catalog().tagCount() == 3);
    assertEquals(2, store.status().skippedManifests(), "they are not tried again");
  }

  @Test
  void digestsOfUnknownKindsAreHidden() throws IOException {
    Digest manifest = files.image("x", "");
    images.put(NAMESPACE, new StoredImage(APP, "blake3:00", MediaType.OCI_MANIFEST));
    images.put(NAMESPACE, new StoredImage("acme.test/app:2", "", MediaType.OCI_MANIFEST));
    images.put(NAMESPACE, "acme.test/app:3", manifest, MediaType.OCI_MANIFEST);
    open();
    awaitReady();
    assertEquals(1, store.catalog().tagCount());
    assertEquals(2, store.status().hiddenImages());
    images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST);
    awaitTag(manifest);
    assertEquals(1, store.status().hiddenImages());
  }

  @Test
  void whoWantsToKnowIsToldOfEachCatalog() throws IOException {
    int[] told = new int[1];
    Digest manifest = files.image("x", "");
    images.put(NAMESPACE, APP, manifest, MediaType.OCI_MANIFEST);
    store = new ContainerdStore(files.root(), List.of(NAMESPACE), ImageFilter.NONE, images);
    store.onChange(() -> told[0]++);
    store.start();
    awaitTag(manifest);
    await("told", () -> told[0] > 0);
    assertNotEquals(0, told[0]);
  }

  @Test
  void referrersOfAnImageAreListed() throws IOException {
    Digest image = files.image("x", "");
    Digest signature =
        files.image(
            "signature",
            "\"subject\":" + TestLayout.descriptor(MediaType.OCI_MANIFEST, image, null) + ",");
    images.put(NAMESPACE, APP, image, MediaType.OCI_MANIFEST);
    images.put(NAMESPACE, "acme.test/app:sig", signature, MediaType.OCI_MANIFEST);
    open();
    awaitTag(image);
    String page = new String(store.referrers(null, "app", image, null, null).json());
    assertTrue(page.contains(signature.toString()), page);
  }
}
