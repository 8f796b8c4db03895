package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciLayoutStoreTest extends BlobStoreConformance {
  private TestLayout layout;

  @Override
  BlobStore open(Path root) throws StoreException {
    return new OciLayoutStore(root);
  }

  @BeforeEach
  void createLayout() throws IOException {
    layout = new TestLayout(directory.resolve("My_Layout"));
  }

  @Test
  void aFullReferenceIsFoundInItsRegistry() throws IOException {
    Digest image = layout.image("big", "");
    layout.add(MediaType.OCI_MANIFEST, image, "sluice.test/big:1").writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      Catalog catalog = store.catalog();
      int entry = catalog.findTag("sluice.test", "big", "1");
      assertEquals(image, catalog.descriptor(entry).digest());
      assertEquals(entry, catalog.findTag(null, "big", "1"));
      assertEquals(Catalog.NOT_FOUND, catalog.findTag("acme.test", "big", "1"));
    }
  }

  @Test
  void aBareTagBelongsToTheRepositoryNamedLikeTheDirectory() throws IOException {
    layout.addImages("1.0").writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      assertEquals(0, store.catalog().findTag(null, "my-layout", "1.0"));
      assertEquals(Catalog.NOT_FOUND, store.catalog().findTag("r.io", "my-layout", "1.0"));
    }
  }

  @Test
  void theNameFromContainerdGoesFirst() throws IOException {
    layout
        .addRaw(
            "{\"digest\":\""
                + layout.image("x", "")
                + "\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"2\","
                + "\"io.containerd.image.name\":\"acme.test/library/x:2\"}}")
        .writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      int entry = store.catalog().findTag("acme.test", "library/x", "2");
      assertEquals(MediaType.OCI_MANIFEST, store.catalog().descriptor(entry).mediaType());
      assertEquals(1, store.catalog().tagCount());
    }
  }

  @Test
  void aNameThatIsADigestMakesNoTag() throws IOException {
    Digest image = layout.image("x", "");
    layout
        .add(MediaType.OCI_MANIFEST, image, "r.io/a@" + image)
        .add(MediaType.OCI_MANIFEST, image, "r.io/a:1@" + image)
        .add(MediaType.OCI_MANIFEST, image, image.toString())
        .writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      assertEquals(0, store.catalog().tagCount());
      assertEquals(3, store.catalog().digestCount());
    }
  }

  @Test
  @Timeout(60)
  void aStartedStoreSeesANewIndexByItself() throws Exception {
    layout.addImages("r.io/a:1").writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      store.start();
      layout.addImages("r.io/a:2").writeIndex();
      while (store.catalog().tagCount() < 2) {
        Thread.sleep(10);
      }
      assertEquals(2, store.counters().refreshes());
    }
  }

  @Test
  void theLaterOfTwoEntriesWithOneNameCounts() throws IOException {
    Digest second = layout.image("second", "");
    layout.addImages("r.io/a:1").add(MediaType.OCI_MANIFEST, second, "r.io/a:1").writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      Catalog catalog = store.catalog();
      assertEquals(second, catalog.descriptor(catalog.findTag("r.io", "a", "1")).digest());
    }
  }

  @Test
  void mediaTypesComeFromTheManifestsThatReferToABlob() throws IOException {
    Digest image = layout.image("x", "");
    Digest index =
        layout.blob(
            "{\"schemaVersion\":2,\"manifests\":["
                + TestLayout.descriptor(MediaType.OCI_MANIFEST, image, null)
                + "]}");
    layout.add(MediaType.OCI_INDEX, index, "r.io/a:1").writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      assertEquals(4, store.catalog().digestCount());
      Digest layer = layout.blob("layer of x");
      assertEquals(MediaType.OCI_LAYER_TAR, store.describe(layer).orElseThrow().mediaType());
      assertEquals(10, store.describe(layer).orElseThrow().sizeBytes());
      assertEquals(MediaType.OCI_MANIFEST, store.describe(image).orElseThrow().mediaType());
      Files.delete(layout.path(layer));
      assertTrue(store.describe(layer).isEmpty());
    }
  }

  @Test
  void aPartialImageIsServedAsFarAsItIsThere() throws IOException {
    layout.addImages("r.io/a:1").add(MediaType.OCI_MANIFEST, TestLayout.digest(9), "r.io/b:1");
    Files.delete(layout.path(layout.blob("layer of r.io/a:1")));
    layout.writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      assertEquals(2, store.catalog().digestCount());
      assertNotEquals(Catalog.NOT_FOUND, store.catalog().findTag("r.io", "a", "1"));
      assertEquals(Catalog.NOT_FOUND, store.catalog().findTag("r.io", "b", "1"));
    }
  }

  @Test
  void aNewIndexReplacesTheCatalogAndABrokenOneDoesNot() throws IOException {
    layout.addImages("r.io/a:1").writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      final Catalog first = store.catalog();
      store.refreshIfChanged();
      assertSame(first, store.catalog());
      layout.addImages("r.io/a:2").writeIndex();
      store.refreshIfChanged();
      Catalog second = store.catalog();
      assertNotSame(first, second);
      assertEquals(2, second.tagCount());
      assertEquals(1, first.tagCount());

      layout.writeIndex("{\"schemaVersion\":2,\"manifests\":[");
      store.refreshIfChanged();
      store.refreshIfChanged();
      assertSame(second, store.catalog());
      assertEquals(1, store.counters().refreshFailures());
      Files.delete(layout.root().resolve("index.json"));
      store.refreshIfChanged();
      assertSame(second, store.catalog());

      layout.writeIndex();
      store.refreshIfChanged();
      assertEquals(2, store.catalog().tagCount());
      assertEquals(3, store.counters().refreshes());
    }
  }

  @Test
  void limitsAreCountedAndTheRestIsServedByDigest() throws IOException {
    layout.addImages("r.io/a:1", "r.io/a:2", "r.io/a:3").writeIndex();
    StoreLimits limits = new StoreLimits(2, 1000, 4, 10, 1 << 20, 10, 1 << 20);
    try (OciLayoutStore store = new OciLayoutStore(layout.root(), limits)) {
      assertEquals(2, store.catalog().tagCount());
      assertEquals(1, store.catalog().refusedTags());
      assertEquals(4, store.catalog().digestCount());
      assertTrue(store.catalog().refusedDigests() > 0);
      assertEquals(
          MediaType.OCTET_STREAM,
          store.describe(layout.blob("layer of r.io/a:3")).orElseThrow().mediaType());
    }
  }

  @Test
  void manifestsAreReadWithinTheirLimits() throws IOException {
    layout.addImages("r.io/a:1", "r.io/a:2").writeIndex();
    StoreLimits oneManifest = new StoreLimits(9, 1000, 99, 1, 1 << 20, 10, 1 << 20);
    try (OciLayoutStore store = new OciLayoutStore(layout.root(), oneManifest)) {
      assertEquals(2 + 2, store.catalog().digestCount());
    }
    StoreLimits noBytes = new StoreLimits(9, 1000, 99, 99, 10, 10, 1 << 20);
    try (OciLayoutStore store = new OciLayoutStore(layout.root(), noBytes)) {
      assertEquals(2, store.catalog().digestCount());
      assertEquals(2, store.catalog().tagCount());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.0", "1.1.0", "1.99.7"})
  void layoutsOfVersionOneAreRead(String version) throws IOException {
    Files.writeString(
        layout.root().resolve("oci-layout"), "{\"imageLayoutVersion\":\"" + version + "\"}");
    new OciLayoutStore(layout.root()).close();
  }

  @Test
  void whatIsNoLayoutIsRefusedWithTheRemedy() throws IOException {
    assertRefused(directory.resolve("missing"), "is no directory: create it");
    assertRefused(Files.createDirectory(directory.resolve("empty")), "has no oci-layout file");
    Path marker = layout.root().resolve("oci-layout");
    for (String content : List.of("", "{}", "[]", "{\"imageLayoutVersion\":1}", "\u0000")) {
      Files.writeString(marker, content);
      assertRefused(layout.root(), "oci-layout");
    }
    Files.writeString(marker, "{\"imageLayoutVersion\":\"2.0\\n\"}");
    assertRefused(layout.root(), "has the imageLayoutVersion 2.0?, supported is 1.x");
  }

  @Test
  void aLayoutIsCreatedOnceAndNeverOverwritten() throws IOException {
    Path root = directory.resolve("a/b/c");
    OciLayoutStore.createIfAbsent(root);
    try (OciLayoutStore store = new OciLayoutStore(root)) {
      assertEquals(0, store.catalog().tagCount());
    }
    layout.addImages("r.io/a:1").writeIndex();
    OciLayoutStore.createIfAbsent(layout.root());
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      assertEquals(1, store.catalog().tagCount());
    }
    Path file = Files.createFile(directory.resolve("file"));
    StoreException e =
        assertThrows(
            StoreException.class, () -> OciLayoutStore.createIfAbsent(file.resolve("below")));
    assertTrue(e.getMessage().contains("make the directory writable"), e.getMessage());
  }

  @Test
  void generatedLayoutsAreFoundCompletely() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      TestLayout generated = new TestLayout(directory.resolve("generated" + seed));
      List<Digest> images = new ArrayList<>();
      int count = 1 + random.nextInt(30);
      for (int i = 0; i < count; i++) {
        Digest image = generated.image("image" + random.nextInt(20), "");
        String mediaType = MediaType.OCI_MANIFEST;
        for (int depth = random.nextInt(3); depth > 0; depth--) {
          image =
              generated.blob(
                  "{\"schemaVersion\":2,\"manifests\":["
                      + TestLayout.descriptor(mediaType, image, null)
                      + "]}");
          mediaType = MediaType.OCI_INDEX;
        }
        generated.add(mediaType, image, "r.io/a/b" + i % 3 + ":" + i);
        images.add(image);
      }
      generated.writeIndex();
      try (OciLayoutStore store = new OciLayoutStore(generated.root())) {
        Catalog catalog = store.catalog();
        for (int i = 0; i < count; i++) {
          int entry = catalog.findTag("r.io", "a/b" + i % 3, Integer.toString(i));
          assertEquals(images.get(i), catalog.descriptor(entry).digest(), "seed " + seed);
        }
        assertEquals(blobCount(generated), catalog.digestCount(), "seed " + seed);
      }
    }
  }

  private static long blobCount(TestLayout layout) throws IOException {
    try (var files = Files.list(layout.root().resolve("blobs/sha256"))) {
      return files.count();
    }
  }

  private static void assertRefused(Path root, String sentence) {
    StoreException e = assertThrows(StoreException.class, () -> new OciLayoutStore(root).close());
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertTrue(e.getMessage().endsWith("."), e.getMessage());
  }
}
