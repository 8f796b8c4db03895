package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final Digest SHA512 = new Digest("sha512", "ab".repeat(64));

  @Test
  void anEmptyCatalogFindsNothing() {
    assertEquals(Catalog.NOT_FOUND, Catalog.EMPTY.findDigest(TestLayout.digest(0)));
    assertEquals(Catalog.NOT_FOUND, Catalog.EMPTY.findTag(null, "a", "1"));
    assertFalse(hasRepository(Catalog.EMPTY, "", "a"));
    assertEquals(0, Catalog.EMPTY.digestCount() + Catalog.EMPTY.tagCount());
  }

  @Test
  void digestsAreFoundByAllTheirWords() {
    Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
    Digest sha256 = new Digest("sha256", SHA512.hex().substring(64));
    int first = builder.addDigest(sha256, 7, "a/b");
    int second = builder.addDigest(SHA512, 1L << 40, "c/d");
    Catalog catalog = builder.build();
    assertEquals(first, catalog.findDigest(sha256));
    assertEquals(second, catalog.findDigest(SHA512));
    long[] words = new long[9];
    for (int i = 0; i < 8; i++) {
      words[i + 1] = SHA512.word(i);
    }
    assertEquals(second, catalog.findDigest(Digest.SHA512, words, 1));
    words[8]++;
    assertEquals(Catalog.NOT_FOUND, catalog.findDigest(Digest.SHA512, words, 1));
    assertEquals(first, catalog.findDigest(Digest.SHA256, words, 1));
    assertEquals(new Descriptor(SHA512, 1L << 40, "c/d"), catalog.descriptor(second));
    assertArrayEquals("a/b".getBytes(StandardCharsets.US_ASCII), catalog.mediaType(first));
  }

  @Test
  void aDigestKeepsWhatWasKnownFirst() {
    Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
    assertEquals(builder.addDigest(SHA512, 1, "a/b"), builder.addDigest(SHA512, 2, "c/d"));
    assertEquals(new Descriptor(SHA512, 1, "a/b"), builder.build().descriptor(0));
  }

  @Test
  void implausibleMediaTypesBecomeOctetStream() {
    Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
    int entry = builder.addDigest(SHA512, 1, "a/b\r\nX: y");
    assertEquals(MediaType.OCTET_STREAM, builder.build().descriptor(entry).mediaType());
  }

  @Test
  void aTagIsFoundInItsRegistryAndWithoutOneWhereOnlyOneHasIt() {
    Catalog catalog = catalog("r.io/a:1", "s.io/a:1", "s.io/a:2", "b:1");
    assertEquals(0, catalog.findTag("r.io", "a", "1"));
    assertEquals(1, catalog.findTag("s.io", "a", "1"));
    assertEquals(Catalog.AMBIGUOUS, catalog.findTag(null, "a", "1"));
    assertEquals(2, catalog.findTag(null, "a", "2"));
    assertEquals(Catalog.NOT_FOUND, catalog.findTag("r.io", "a", "2"));
    assertEquals(3, catalog.findTag(null, "b", "1"));
    assertEquals(Catalog.NOT_FOUND, catalog.findTag("r.io", "b", "1"));
    assertEquals(Catalog.NOT_FOUND, catalog.findTag("r.i", "a", "1"));
    assertEquals(Catalog.NOT_FOUND, catalog.findTag(null, "", ""));
  }

  @Test
  void neighbouringNamesAreNotConfused() {
    Catalog catalog = catalog("r.io/ab:c", "r.io/a:bc", "r.ioa/b:c");
    assertEquals(0, catalog.findTag("r.io", "ab", "c"));
    assertEquals(1, catalog.findTag("r.io", "a", "bc"));
    assertEquals(2, catalog.findTag("r.ioa", "b", "c"));
    assertEquals(Catalog.NOT_FOUND, catalog.findTag("r.io", "abc", ""));
  }

  @Test
  void repositoriesAreKnownWithAndWithoutRegistry() {
    Catalog catalog = catalog("r.io/a:1", "r.io/c:1", "s.io/b:1", "c:1");
    assertTrue(hasRepository(catalog, "r.io", "a"));
    assertTrue(hasRepository(catalog, "", "b"));
    assertTrue(hasRepository(catalog, "r.io", "c"));
    assertFalse(hasRepository(catalog, "s.io", "a"));
    assertFalse(hasRepository(catalog, "", "aa"));
    assertFalse(hasRepository(catalog, "", ""));
    assertFalse(hasRepository(catalog, "z", "z"));
  }

  @Test
  void limitsHoldAtTheirEdgeAndAreCounted() {
    StoreLimits limits = new StoreLimits(2, 1000, 2, 0, 0, 0, 0);
    Catalog.Builder builder = new Catalog.Builder(limits);
    for (int i = 0; i < 2; i++) {
      assertEquals(i, builder.addDigest(TestLayout.digest(i), 1, "a/b"));
      assertTrue(builder.addTag(new Reference("", "a", "t" + i), i));
    }
    assertEquals(Catalog.NOT_FOUND, builder.addDigest(TestLayout.digest(2), 1, "a/b"));
    assertEquals(1, builder.addDigest(TestLayout.digest(1), 1, "a/b"));
    assertFalse(builder.addTag(new Reference("", "a", "t2"), 0));
    assertTrue(builder.addTag(new Reference("", "a", "t0"), 1));
    Catalog catalog = builder.build();
    assertEquals(1, catalog.refusedTags());
    assertEquals(1, catalog.refusedDigests());
    assertEquals(1, catalog.findTag(null, "a", "t0"));
    assertThrows(IllegalStateException.class, builder::build);
  }

  @Test
  void nameBytesAreLimited() {
    Catalog.Builder builder = new Catalog.Builder(new StoreLimits(9, 6, 9, 0, 0, 0, 0));
    assertTrue(builder.addTag(new Reference("r", "a", "1"), 0));
    assertTrue(builder.addTag(new Reference("r", "a", "2"), 0));
    assertFalse(builder.addTag(new Reference("", "a", "3"), 0));
    assertEquals(1, builder.build().refusedTags());
  }

  @Test
  void distinctMediaTypesAreLimited() {
    Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
    for (int i = 0; i <= StoreLimits.MEDIA_TYPES_MAX; i++) {
      builder.addDigest(TestLayout.digest(i), 1, "a/" + i);
    }
    Catalog catalog = builder.build();
    int last = StoreLimits.MEDIA_TYPES_MAX - 2;
    assertEquals("a/" + last, catalog.descriptor(last).mediaType());
    assertEquals(MediaType.OCTET_STREAM, catalog.descriptor(last + 1).mediaType());
  }

  @Test
  void agreesWithAMapOnRandomNames() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
      Map<Reference, Integer> expected = new HashMap<>();
      int size = random.nextInt(400);
      for (int i = 0; i < size; i++) {
        Reference reference = randomReference(random);
        int entry = builder.addDigest(TestLayout.digest(random.nextInt(300)), i, "a/b");
        expected.put(reference, entry);
        assertTrue(builder.addTag(reference, entry));
      }
      Catalog catalog = builder.build();
      assertEquals(expected.size(), catalog.tagCount());
      for (int i = 0; i < 400; i++) {
        check(catalog, expected, randomReference(random), seed);
      }
    }
  }

  private static void check(
      Catalog catalog, Map<Reference, Integer> expected, Reference asked, long seed) {
    String message = "seed " + seed + ", " + asked;
    if (!asked.registry().isEmpty()) {
      assertEquals(
          expected.getOrDefault(asked, Catalog.NOT_FOUND),
          catalog.findTag(asked.registry(), asked.repository(), asked.tag()),
          message);
    }
    Set<Reference> same = new HashSet<>(expected.keySet());
    same.removeIf(r -> !r.repository().equals(asked.repository()) || !r.tag().equals(asked.tag()));
    int anywhere =
        switch (same.size()) {
          case 0 -> Catalog.NOT_FOUND;
          case 1 -> expected.get(same.iterator().next());
          default -> Catalog.AMBIGUOUS;
        };
    assertEquals(anywhere, catalog.findTag(null, asked.repository(), asked.tag()), message);
    boolean known =
        expected.keySet().stream()
            .anyMatch(
                r ->
                    r.repository().equals(asked.repository())
                        && (asked.registry().isEmpty() || r.registry().equals(asked.registry())));
    assertEquals(known, hasRepository(catalog, asked.registry(), asked.repository()), message);
  }

  private static Reference randomReference(Random random) {
    String[] registries = {"", "r.io", "r.io:5000", "s"};
    return new Reference(
        registries[random.nextInt(registries.length)],
        "a".repeat(1 + random.nextInt(4)) + (random.nextBoolean() ? "/b" : ""),
        Integer.toString(random.nextInt(12)));
  }

  @Test
  void lookUpsAllocateNothing() {
    Catalog catalog = catalog("r.io/a:1", "s.io/a:1", "r.io/b:1");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names =
          MemorySegment.ofAddress(arena.allocateFrom("r.ioa1").address()).reinterpret(6);
      int warmUp = lookUps(catalog, names, 20_000);
      long before = threads.getCurrentThreadAllocatedBytes();
      int sum = lookUps(catalog, names, 20_000);
      long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertEquals(warmUp, sum);
      // Asking for the counter may itself allocate, once.
      assertTrue(allocatedBytes < 1024, allocatedBytes + " bytes");
    }
  }

  private static int lookUps(Catalog catalog, MemorySegment names, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int entry = catalog.findTag(names, 0, 4, 4, 1, 5, 1);
      sum += entry;
      sum += catalog.findTag(names, 0, 0, 4, 1, 5, 1);
      sum += catalog.hasRepository(names, 0, 4, 4, 1) ? 1 : 0;
      sum += catalog.findDigest(Digest.SHA256, 0, 0, 0, catalog.word(entry, 3), 0, 0, 0, 0);
      sum += catalog.mediaType(entry).length + (int) catalog.sizeBytes(entry);
      sum += catalog.algorithm(entry);
    }
    return sum;
  }

  /** Each name gets a digest of its own, in this order. */
  private static Catalog catalog(String... names) {
    Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
    for (int i = 0; i < names.length; i++) {
      int entry = builder.addDigest(TestLayout.digest(i), i, "a/b");
      builder.addTag(Reference.parse(names[i]).orElseThrow(), entry);
    }
    return builder.build();
  }

  private static boolean hasRepository(Catalog catalog, String registry, String repository) {
    byte[] names = (registry + repository).getBytes(StandardCharsets.US_ASCII);
    return catalog.hasRepository(
        MemorySegment.ofArray(names), 0, registry.length(), registry.length(), repository.length());
  }
}
