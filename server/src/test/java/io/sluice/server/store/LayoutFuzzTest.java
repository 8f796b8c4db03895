package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.server.log.Level;
import io.sluice.server.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arbitrary bytes as a whole layout, {@code oci-layout}, {@code index.json} and manifests that are
 * called 0, 1, 2 and so on, separated by the byte 0xff: it is refused in one sentence, or all that
 * its catalog names can be found, and listings are JSON. Seeds are replayed by default; set {@code
 * JAZZER_FUZZ=1} to search for more.
 */
class LayoutFuzzTest {
  private static final byte SEPARATOR = (byte) 0xff;
  private static final int BLOBS_MAX = 8;
  private static final int SENTENCE_LENGTH_MAX = 700;

  @TempDir private static Path directory;

  @BeforeAll
  static void silence() {
    Log.threshold(Level.ERROR);
  }

  @AfterAll
  static void unsilence() {
    Log.threshold(Level.INFO);
  }

  @FuzzTest(maxDuration = "2m")
  void layout(byte[] bytes) throws IOException {
    TestLayout layout = new TestLayout(directory.resolve("layout"));
    List<byte[]> parts = split(bytes);
    Files.write(layout.root().resolve("oci-layout"), parts.get(0));
    Files.write(layout.root().resolve("index.json"), parts.get(1));
    for (int i = 0; i < BLOBS_MAX; i++) {
      Path blob = layout.path(TestLayout.digest(i));
      if (i + 2 < parts.size()) {
        Files.write(blob, parts.get(i + 2));
      } else {
        Files.deleteIfExists(blob);
      }
    }
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      check(store);
    } catch (StoreException refused) {
      String sentence = refused.getMessage();
      assertTrue(sentence.endsWith("."), sentence);
      assertTrue(sentence.length() < SENTENCE_LENGTH_MAX, sentence);
      assertTrue(sentence.chars().allMatch(c -> c >= ' ' && c < 0x7f), sentence);
    }
  }

  private static void check(OciLayoutStore store) {
    Catalog catalog = store.catalog();
    TagTable tags = catalog.tags();
    for (int i = 0; i < tags.count(); i++) {
      String repository = tags.repository(i);
      Reference reference = new Reference(tags.registry(i), repository, tags.tag(i));
      assertEquals(reference, Reference.parse(reference.toString()).orElse(reference));
      int entry = catalog.findTag(tags.registry(i), repository, tags.tag(i));
      assertTrue(entry == tags.entry(i) || entry == Catalog.AMBIGUOUS, reference::toString);
      assertNotNull(ReferenceJson.parse(store.tags(null, repository, -1, null).get().json()));
    }
    for (int i = 0; i < BLOBS_MAX; i++) {
      Digest digest = TestLayout.digest(i);
      store.describe(digest).ifPresent(d -> assertTrue(MediaType.isPlausible(d.mediaType())));
      ReferrersPage page = store.referrers(null, "some/image", digest, null, null);
      assertNotNull(ReferenceJson.parse(page.json()));
    }
  }

  /** At least a marker and an index. */
  private static List<byte[]> split(byte[] bytes) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == SEPARATOR) {
        parts.add(Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    while (parts.size() < 2) {
      parts.add(new byte[0]);
    }
    return parts;
  }
}
