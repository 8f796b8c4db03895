package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts that somebody wrote in order to hurt: refused or served in part, within bounds. */
class HostileLayoutTest {
  /** Held, because the log manager does not; hundreds of complaints say nothing new. */
  private static final Logger LOG = Logger.getLogger(LayoutWalk.class.getName());

  @TempDir Path directory;
  private TestLayout layout;

  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void unsilence() {
    LOG.setLevel(null);
  }

  @BeforeEach
  void createLayout() throws IOException {
    layout = new TestLayout(directory.resolve("hostile"));
  }

  static String[] brokenIndexes() {
    return new String[] {
      "",
      "\u0000",
      "null",
      "7",
      "[]",
      "{}",
      "{\"schemaVersion\":2}",
      "{\"schemaVersion\":2,\"manifests\":null}",
      "{\"schemaVersion\":2,\"manifests\":{}}",
      "{\"schemaVersion\":2,\"manifests\":7}",
      "{\"schemaVersion\":1,\"manifests\":[]}",
      "{\"schemaVersion\":\"2\",\"manifests\":[]}",
      "{\"schemaVersion\":" + "2".repeat(5000) + ",\"manifests\":[]}",
      "{\"schemaVersion\":2,\"manifests\":[]",
      "{\"schemaVersion\":2,\"manifests\":[]}}",
      "{\"schemaVersion\":2,\"manifests\":[" + "[".repeat(1_000_000),
      "{\"schemaVersion\":2,\"manifests\":[],\"" + "a".repeat(1_000_000) + "\":1}",
    };
  }

  @ParameterizedTest
  @MethodSource("brokenIndexes")
  void aBrokenIndexIsRefusedWithASentence(String index) throws IOException {
    layout.writeIndex(index);
    StoreException e = assertThrows(StoreException.class, this::open);
    assertTrue(e.getMessage().contains("index.json"), e.getMessage());
    assertTrue(e.getMessage().endsWith("."), e.getMessage());
    assertTrue(e.getMessage().length() < 600, e.getMessage());
    assertTrue(e.getMessage().chars().noneMatch(c -> c < ' '), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "7",
        "\"x\"",
        "[[[]]]",
        "{}",
        "{\"digest\":7}",
        "{\"digest\":null}",
        "{\"digest\":{\"digest\":[]}}",
        "{\"digest\":\"sha256:../../../../../../etc/passwd\"}",
        "{\"digest\":\"md5:00\"}",
      })
  void anEntryWithoutDigestIsIgnored(String entry) throws IOException {
    layout.addRaw(entry).addImages("r.io/a:1").addRaw(entry).writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(1, store.catalog().tagCount());
      assertEquals(3, store.catalog().digestCount());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        ":",
        "r.io/../../x:1",
        "r.io/a:1\\u0000",
        "r.io/A:1",
        "a b",
        "\\ud800",
        "..",
        "r.io/a\\r\\nX-Evil: 1:1"
      })
  void anImpossibleNameIsIgnored(String name) throws IOException {
    layout.addImages("r.io/a:1");
    layout.add(MediaType.OCI_MANIFEST, layout.image("x", ""), name).writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(1, store.catalog().tagCount());
    }
  }

  @Test
  void cyclesEnd() throws IOException {
    for (int i = 0; i < 3; i++) {
      layout.forge(
          TestLayout.digest(i),
          "{\"schemaVersion\":2,\"manifests\":["
              + TestLayout.descriptor(MediaType.OCI_INDEX, TestLayout.digest(i), null)
              + ","
              + TestLayout.descriptor(MediaType.OCI_INDEX, TestLayout.digest((i + 1) % 3), null)
              + "]}");
    }
    layout.add(MediaType.OCI_INDEX, TestLayout.digest(0), "r.io/a:1").writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(3, store.catalog().digestCount());
    }
  }

  @Test
  void chainsAreFollowedToALimit() throws IOException {
    for (int i = 0; i < 20; i++) {
      layout.forge(
          TestLayout.digest(i),
          "{\"schemaVersion\":2,\"manifests\":["
              + TestLayout.descriptor(MediaType.OCI_INDEX, TestLayout.digest(i + 1), null)
              + "]}");
    }
    layout.add(MediaType.OCI_INDEX, TestLayout.digest(0), "r.io/a:1").writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(StoreLimits.MANIFEST_DEPTH_MAX + 1, store.catalog().digestCount());
    }
  }

  @Test
  void hugeFilesAreNotRead() throws IOException {
    Digest huge = TestLayout.digest(1);
    layout.forge(huge, "{\"schemaVersion\":2,\"manifests\":[]}");
    setLength(layout.path(huge), 100L << 20);
    layout.add(MediaType.OCI_MANIFEST, huge, "r.io/a:1").writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(100L << 20, store.catalog().sizeBytes(0));
      assertTrue(store.counters().bytesRead() < 2000);
    }
    setLength(layout.root().resolve("index.json"), StoreLimits.JSON_BYTES_MAX + 1);
    StoreException e = assertThrows(StoreException.class, this::open);
    assertTrue(e.getMessage().contains("4194305 bytes"), e.getMessage());
    setLength(layout.root().resolve("oci-layout"), 100L << 20);
    assertThrows(StoreException.class, this::open);
  }

  @Test
  void anIndexOfTheLargestSizeIsRead() throws IOException {
    layout.addImages("r.io/a:1").writeIndex();
    Path index = layout.root().resolve("index.json");
    String content = Files.readString(index);
    layout.writeIndex(content + " ".repeat(StoreLimits.JSON_BYTES_MAX - content.length()));
    try (OciLayoutStore store = open()) {
      assertEquals(1, store.catalog().tagCount());
    }
  }

  @Test
  void aManifestWithTooManyChildrenIsReadInPart() throws IOException {
    StringBuilder layers = new StringBuilder();
    for (int i = 0; i <= StoreLimits.DESCRIPTORS_PER_MANIFEST_MAX; i++) {
      layers.append(i == 0 ? "" : ",").append("{\"digest\":\"").append(TestLayout.digest(i));
      layers.append("\"}");
    }
    Digest last = TestLayout.digest(StoreLimits.DESCRIPTORS_PER_MANIFEST_MAX);
    Digest lastRead = TestLayout.digest(StoreLimits.DESCRIPTORS_PER_MANIFEST_MAX - 1);
    layout.forge(last, "x");
    layout.forge(lastRead, "x");
    Digest manifest = layout.blob("{\"schemaVersion\":2,\"layers\":[" + layers + "]}");
    layout.add(MediaType.OCI_MANIFEST, manifest, "r.io/a:1").writeIndex();
    try (OciLayoutStore store = open()) {
      assertFalse(store.catalog().findDigest(lastRead) == Catalog.NOT_FOUND);
      assertEquals(Catalog.NOT_FOUND, store.catalog().findDigest(last));
    }
  }

  @Test
  void linksOutOfTheStoreAreNotBlobs() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "{\"manifests\":[]}");
    Files.createSymbolicLink(layout.path(TestLayout.digest(1)), secret);
    layout.add(MediaType.OCI_INDEX, TestLayout.digest(1), "r.io/a:1").writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(0, store.catalog().digestCount() + store.catalog().tagCount());
    }
  }

  @Test
  void mediaTypesCannotCarryHeaders() throws IOException {
    Digest blob = layout.blob("x");
    layout.add("a/b\\r\\nX-Evil: 1", blob, "r.io/a:1").writeIndex();
    try (OciLayoutStore store = open()) {
      assertEquals(MediaType.OCTET_STREAM, store.describe(blob).orElseThrow().mediaType());
    }
  }

  @Test
  void damagedIndexesAndManifestsAreRefusedOrReadInPart() throws IOException {
    byte[] manifest = Files.readAllBytes(layout.path(layout.image("x", "")));
    layout.add(MediaType.OCI_MANIFEST, TestLayout.digest(1), "r.io/a:1").writeIndex();
    byte[] index = Files.readAllBytes(layout.root().resolve("index.json"));
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Files.write(layout.path(TestLayout.digest(1)), damaged(manifest, random));
      if (seed % 2 == 0) {
        layout.writeIndex(new String(damaged(index, random), StandardCharsets.ISO_8859_1));
      }
      try (OciLayoutStore store = open()) {
        assertTrue(store.catalog().digestCount() <= 3);
      } catch (StoreException refused) {
        assertTrue(refused.getMessage().endsWith("."), "seed " + seed);
      }
    }
  }

  private static byte[] damaged(byte[] content, Random random) {
    int length = random.nextInt(3) == 0 ? random.nextInt(content.length + 1) : content.length;
    byte[] damaged = Arrays.copyOf(content, length);
    for (int i = random.nextInt(4); i > 0 && length > 0; i--) {
      damaged[random.nextInt(length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static void setLength(Path file, long lengthBytes) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(lengthBytes);
    }
  }

  private OciLayoutStore open() throws StoreException {
    return new OciLayoutStore(layout.root());
  }
}
