package io.sluice.server.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Digests with size and media type, in primitive arrays; open addressing, full comparison of the
 * digest. Filled by one thread, read-only once published in a {@link Catalog}. Look-ups allocate
 * nothing.
 */
final class DigestTable {
  private static final long SEED = new SplittableRandom().nextLong();
  private static final int CAPACITY_MIN = 16;

  private final Map<String, Integer> mediaTypeIndexes = new HashMap<>();
  private final List<String> mediaTypeNames = new ArrayList<>();
  private byte[][] mediaTypes = {MediaType.OCTET_STREAM.getBytes(StandardCharsets.US_ASCII)};
  private byte[] algorithms;
  private short[] mediaTypeOf;
  private int[] wordOffsets;
  private long[] sizesBytes;
  private long[] words;

  /** Entry index + 1; 0 is free. At most half full, so that every probe ends. */
  private int[] slots;

  private int count;
  private int wordCount;

  DigestTable() {
    this(CAPACITY_MIN);
  }

  /** A table that need not grow for so many digests of four words. */
  DigestTable(int expected) {
    int capacity = Math.max(CAPACITY_MIN, expected);
    algorithms = new byte[capacity];
    mediaTypeOf = new short[capacity];
    wordOffsets = new int[capacity];
    sizesBytes = new long[capacity];
    words = new long[4 * capacity];
    slots = new int[slotCount(capacity)];
    mediaTypeIndexes.put(MediaType.OCTET_STREAM, 0);
    mediaTypeNames.add(MediaType.OCTET_STREAM);
  }

  int count() {
    return count;
  }

  int algorithm(int entry) {
    return algorithms[entry];
  }

  long word(int entry, int i) {
    return words[wordOffsets[entry] + i];
  }

  long sizeBytes(int entry) {
    return sizesBytes[entry];
  }

  byte[] mediaType(int entry) {
    return mediaTypes[mediaTypeOf[entry]];
  }

  String mediaTypeName(int entry) {
    return mediaTypeNames.get(mediaTypeOf[entry]);
  }

  Digest digest(int entry) {
    long[] value = new long[Digest.wordCount(algorithms[entry])];
    System.arraycopy(words, wordOffsets[entry], value, 0, value.length);
    return Digest.ofWords(algorithms[entry], value);
  }

  /** The same digest in another table, or {@link Catalog#NOT_FOUND}. */
  int findIn(DigestTable other, int entry) {
    int at = wordOffsets[entry];
    boolean eight = algorithms[entry] == Digest.SHA512;
    return other.find(
        algorithms[entry],
        words[at],
        words[at + 1],
        words[at + 2],
        words[at + 3],
        eight ? words[at + 4] : 0,
        eight ? words[at + 5] : 0,
        eight ? words[at + 6] : 0,
        eight ? words[at + 7] : 0);
  }

  /** The words beyond those of the algorithm are ignored. */
  int find(int algorithm, long w0, long w1, long w2, long w3, long w4, long w5, long w6, long w7) {
    int mask = slots.length - 1;
    int slot = hash(algorithm, w0, w1) & mask;
    while (slots[slot] != 0) {
      int entry = slots[slot] - 1;
      int at = wordOffsets[entry];
      if (algorithms[entry] == algorithm
          && words[at] == w0
          && words[at + 1] == w1
          && words[at + 2] == w2
          && words[at + 3] == w3
          && (algorithm == Digest.SHA256
              || (words[at + 4] == w4
                  && words[at + 5] == w5
                  && words[at + 6] == w6
                  && words[at + 7] == w7))) {
        return entry;
      }
      slot = (slot + 1) & mask;
    }
    return Catalog.NOT_FOUND;
  }

  int find(Digest digest) {
    boolean long512 = digest.algorithmId() == Digest.SHA512;
    return find(
        digest.algorithmId(),
        digest.word(0),
        digest.word(1),
        digest.word(2),
        digest.word(3),
        long512 ? digest.word(4) : 0,
        long512 ? digest.word(5) : 0,
        long512 ? digest.word(6) : 0,
        long512 ? digest.word(7) : 0);
  }

  /** Adds a digest that is not in the table yet. */
  int add(Digest digest, long sizeBytes, String mediaType) {
    int entry = claim(digest.algorithmId(), digest.wordCount());
    describe(entry, sizeBytes, mediaType);
    for (int i = 0; i < digest.wordCount(); i++) {
      words[wordOffsets[entry] + i] = digest.word(i);
    }
    insert(entry);
    return entry;
  }

  /** Adds a digest of another table, which is not in this one yet, with what is known of it. */
  int addFrom(DigestTable other, int otherEntry) {
    int length = Digest.wordCount(other.algorithms[otherEntry]);
    int entry = claim(other.algorithms[otherEntry], length);
    describe(entry, other.sizesBytes[otherEntry], other.mediaTypeName(otherEntry));
    System.arraycopy(other.words, other.wordOffsets[otherEntry], words, wordOffsets[entry], length);
    insert(entry);
    return entry;
  }

  private int claim(int algorithm, int digestWords) {
    if (count == algorithms.length) {
      growEntries(grown(count));
    }
    if (wordCount + digestWords > words.length) {
      words = Arrays.copyOf(words, Math.max(grown(words.length), wordCount + digestWords));
    }
    int entry = count++;
    algorithms[entry] = (byte) algorithm;
    wordOffsets[entry] = wordCount;
    wordCount += digestWords;
    return entry;
  }

  /** Says of an entry what was not known when it was added. */
  void describe(int entry, long sizeBytes, String mediaType) {
    sizesBytes[entry] = sizeBytes;
    mediaTypeOf[entry] = mediaTypeIndex(mediaType);
  }

  /** The power of two that is half full at most. */
  private static int slotCount(int capacity) {
    return Integer.highestOneBit(2 * capacity - 1) << 1;
  }

  /** Gives spare capacity back; the table is complete. */
  void trim() {
    if (count == algorithms.length && wordCount == words.length) {
      return;
    }
    algorithms = Arrays.copyOf(algorithms, count);
    mediaTypeOf = Arrays.copyOf(mediaTypeOf, count);
    wordOffsets = Arrays.copyOf(wordOffsets, count);
    sizesBytes = Arrays.copyOf(sizesBytes, count);
    words = Arrays.copyOf(words, wordCount);
  }

  /** By half, not by whole: a table that has grown last stays as it is. */
  static int grown(int capacity) {
    return capacity + capacity / 2;
  }

  /** Makes room for so many digests of four words in all, where there is less. */
  void reserve(int expected) {
    if (expected > algorithms.length) {
      growEntries(expected);
      words = Arrays.copyOf(words, Math.max(words.length, 4 * expected));
    }
  }

  private void growEntries(int capacity) {
    algorithms = Arrays.copyOf(algorithms, capacity);
    mediaTypeOf = Arrays.copyOf(mediaTypeOf, capacity);
    wordOffsets = Arrays.copyOf(wordOffsets, capacity);
    sizesBytes = Arrays.copyOf(sizesBytes, capacity);
    slots = new int[slotCount(capacity)];
    for (int entry = 0; entry < count; entry++) {
      insert(entry);
    }
  }

  private void insert(int entry) {
    int mask = slots.length - 1;
    int slot = hash(algorithms[entry], word(entry, 0), word(entry, 1)) & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = entry + 1;
  }

  private short mediaTypeIndex(String mediaType) {
    Integer known = mediaTypeIndexes.get(mediaType);
    if (known != null) {
      return known.shortValue();
    }
    int index = mediaTypes.length;
    if (index == StoreLimits.MEDIA_TYPES_MAX) {
      return 0;
    }
    mediaTypes = Arrays.copyOf(mediaTypes, index + 1);
    mediaTypes[index] = mediaType.getBytes(StandardCharsets.US_ASCII);
    mediaTypeIndexes.put(mediaType, index);
    mediaTypeNames.add(mediaType);
    return (short) index;
  }

  /** Seeded, because nobody verified that the files' names are real digests. */
  private static int hash(int algorithm, long w0, long w1) {
    long h = (w0 ^ SEED) * 0x9e3779b97f4a7c15L + (w1 ^ algorithm) * 0xc2b2ae3d27d4eb4fL;
    return (int) (h ^ (h >>> 32));
  }
}
