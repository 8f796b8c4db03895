package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store promises. A subclass opens its kind of store on a directory with blobs. */
abstract class BlobStoreConformance {
  @TempDir Path directory;
  private TestLayout files;
  private BlobStore store;

  /** Opens a store on {@code root}, which is an OCI layout with {@code blobs/sha256}. */
  abstract BlobStore open(Path root) throws StoreException;

  @BeforeEach
  void openStore() throws IOException {
    files = new TestLayout(directory.resolve("store"));
    store = open(files.root());
  }

  @AfterEach
  void closeStore() {
    store.close();
    store.close();
  }

  @Test
  void blobsAreFilesBelowTheBlobsDirectory() throws IOException {
    Digest digest = files.blob("content");
    assertEquals(
        "content",
        Files.readString(store.blobsDirectory().resolve(digest.algorithm()).resolve(digest.hex())));
    assertTrue(store.blobsDirectory().isAbsolute());
  }

  @Test
  void describesAManifestByItsContent() throws IOException {
    Digest manifest = files.image("x", "");
    Descriptor descriptor = store.describe(manifest).orElseThrow();
    assertEquals(manifest, descriptor.digest());
    assertEquals(Files.size(files.path(manifest)), descriptor.sizeBytes());
    assertEquals(MediaType.OCI_MANIFEST, descriptor.mediaType());
    assertTrue(descriptor.isManifest());
  }

  @Test
  void describesOtherContentAsOctets() throws IOException {
    Descriptor descriptor = store.describe(files.blob("\u001f\u008b compressed")).orElseThrow();
    assertEquals(MediaType.OCTET_STREAM, descriptor.mediaType());
    assertFalse(descriptor.isManifest());
    assertEquals(0, store.describe(files.blob("")).orElseThrow().sizeBytes());
  }

  @Test
  void sha512BlobsAreFoundToo() throws IOException {
    Digest digest = new Digest("sha512", "0f".repeat(64));
    assertEquals(Optional.empty(), store.describe(digest));
    files.forge(digest, "{}");
    assertEquals(
        new Descriptor(digest, 2, MediaType.OCI_EMPTY), store.describe(digest).orElseThrow());
  }

  @Test
  void aBlobThatComesOrGoesIsNoticed() throws IOException {
    Digest digest = TestLayout.digestOf("late".getBytes(StandardCharsets.UTF_8));
    assertEquals(Optional.empty(), store.describe(digest));
    files.blob("late");
    assertEquals(4, store.describe(digest).orElseThrow().sizeBytes());
    Files.delete(files.path(digest));
    assertEquals(Optional.empty(), store.describe(digest));
  }

  @Test
  void contentAboveTheLimitIsNotRead() throws IOException {
    long before = store.counters().bytesRead();
    Digest digest = TestLayout.digest(1);
    try (RandomAccessFile sparse = new RandomAccessFile(files.path(digest).toFile(), "rw")) {
      sparse.write("{\"manifests\":[]}".getBytes(StandardCharsets.UTF_8));
      sparse.setLength(100L << 20);
    }
    assertEquals(MediaType.OCTET_STREAM, store.describe(digest).orElseThrow().mediaType());
    assertEquals(before, store.counters().bytesRead());
  }

  @Test
  void contentIsReadUpToTheLimit() throws IOException {
    int limitBytes = StoreLimits.JSON_BYTES_MAX;
    String spaces = " ".repeat(limitBytes - 2);
    assertEquals(
        MediaType.OCI_EMPTY,
        store.describe(files.blob("{" + spaces + "}")).orElseThrow().mediaType());
    assertEquals(
        MediaType.OCTET_STREAM,
        store.describe(files.blob("{ " + spaces + "}")).orElseThrow().mediaType());
  }

  @Test
  void onlyRegularFilesAreBlobs() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "{}");
    Files.createSymbolicLink(files.path(TestLayout.digest(1)), secret);
    Files.createDirectory(files.path(TestLayout.digest(2)));
    Files.createSymbolicLink(files.path(TestLayout.digest(3)), directory.resolve("nowhere"));
    for (int i = 1; i <= 3; i++) {
      assertEquals(Optional.empty(), store.describe(TestLayout.digest(i)));
    }
  }

  @Test
  void unknownRepositoriesHaveNoTags() {
    assertEquals(Optional.empty(), store.tags(null, "nobody/has-it", -1, null));
    assertEquals(Optional.empty(), store.tags("r.io", "../../etc", 10, "x"));
    assertEquals(Optional.empty(), store.tags("", "\u00e4", 10, "\u0000"));
  }

  @Test
  void aSubjectWithoutReferrersHasAnEmptyIndex() {
    ReferrersPage page = store.referrers(null, "a", TestLayout.digest(1), null, null);
    assertEquals(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
            + "\"manifests\":[]}",
        new String(page.json(), StandardCharsets.UTF_8));
    assertFalse(page.filterApplied());
    assertTrue(store.referrers(null, "a", TestLayout.digest(1), "a/b", null).filterApplied());
  }

  @Test
  void aCatalogIsAlwaysThere() {
    assertNotNull(store.catalog());
    store.refresh();
    assertNotNull(store.catalog());
  }

  @Test
  void describesItselfForPeople() {
    assertTrue(store.description().contains(files.root().toString()), store.description());
  }

  @Test
  void startsOnceAndCloses() {
    assertDoesNotThrow(store::start);
    assertDoesNotThrow(store::start);
  }
}
