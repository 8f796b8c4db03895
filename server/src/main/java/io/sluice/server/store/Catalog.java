package io.sluice.server.store;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * An immutable snapshot of the tags and digests of a store.
 *
 * <p>Any thread may call any method. The look-ups over a {@link MemorySegment} and over words, and
 * the accessors by entry index, allocate nothing and take no lock; an entry index is only valid in
 * the catalog that returned it. A blob that is in the catalog was present when it was built and may
 * be gone; one that is not may still be in the store (see {@link BlobStore#describe}), unless the
 * catalog {@linkplain #isClosed is closed}.
 */
public final class Catalog {
  /** No such tag or digest. */
  public static final int NOT_FOUND = -1;

  /** No registry was given and several registries have that repository and tag. */
  public static final int AMBIGUOUS = -2;

  /** A catalog without entries. */
  public static final Catalog EMPTY = new Builder(StoreLimits.DEFAULT).build();

  /** A catalog without entries, of a store that serves nothing. */
  static final Catalog CLOSED = new Builder(StoreLimits.DEFAULT).closed().build();

  private final DigestTable digests;
  private final TagTable tags;
  private final long refusedTags;
  private final long refusedDigests;
  private final boolean closed;

  private Catalog(
      DigestTable digests, TagTable tags, long refusedTags, long refusedDigests, boolean closed) {
    this.digests = digests;
    this.closed = closed;
    this.tags = tags;
    this.refusedTags = refusedTags;
    this.refusedDigests = refusedDigests;
  }

  /**
   * Finds the manifest of a tag. Names are compared byte by byte and nothing is rewritten: where a
   * client adds a default namespace, as in {@code library/nginx}, it asks for it in full.
   *
   * <p>With {@code nsLength} 0 the tag is found where exactly one registry, or a name without
   * registry, has it. With a registry only that registry's tag is found.
   *
   * @param m holds the three names at their offsets
   * @param nsOffset registry, {@code nsLength} bytes; 0 bytes when none was given
   * @param nameOffset repository, {@code nameLength} bytes
   * @param tagOffset tag, {@code tagLength} bytes
   * @return an entry index, {@link #NOT_FOUND} or {@link #AMBIGUOUS}
   */
  public int findTag(
      MemorySegment m,
      long nsOffset,
      int nsLength,
      long nameOffset,
      int nameLength,
      long tagOffset,
      int tagLength) {
    return tags.find(m, nsOffset, nsLength, nameOffset, nameLength, tagOffset, tagLength);
  }

  /** {@link #findTag(MemorySegment, long, int, long, int, long, int)} for control-plane threads. */
  public int findTag(String registryOrNull, String repository, String tag) {
    String registry = registryOrNull == null ? "" : registryOrNull;
    byte[] bytes = (registry + repository + tag).getBytes(StandardCharsets.ISO_8859_1);
    return tags.find(
        MemorySegment.ofArray(bytes),
        0,
        registry.length(),
        registry.length(),
        repository.length(),
        registry.length() + repository.length(),
        tag.length());
  }

  /**
   * Whether a tag of the repository is known.
   *
   * @param m holds both names at their offsets
   * @param nsOffset registry, {@code nsLength} bytes; 0 bytes for any registry
   * @param nameOffset repository, {@code nameLength} bytes
   */
  public boolean hasRepository(
      MemorySegment m, long nsOffset, int nsLength, long nameOffset, int nameLength) {
    return tags.first(m, nsOffset, nsLength, nameOffset, nameLength) != NOT_FOUND;
  }

  /**
   * Finds a digest by its big-endian words, see {@link Digest#word}.
   *
   * @param algorithm {@link Digest#SHA256}, for which {@code w4} to {@code w7} are ignored, or
   *     {@link Digest#SHA512}
   * @return an entry index or {@link #NOT_FOUND}
   */
  public int findDigest(
      int algorithm, long w0, long w1, long w2, long w3, long w4, long w5, long w6, long w7) {
    return digests.find(algorithm, w0, w1, w2, w3, w4, w5, w6, w7);
  }

  /**
   * Finds a digest by its big-endian words.
   *
   * @param algorithm {@link Digest#SHA256} (4 words) or {@link Digest#SHA512} (8 words)
   * @param words the words, from index {@code offset}
   * @return an entry index or {@link #NOT_FOUND}
   */
  public int findDigest(int algorithm, long[] words, int offset) {
    boolean eight = algorithm == Digest.SHA512;
    return digests.find(
        algorithm,
        words[offset],
        words[offset + 1],
        words[offset + 2],
        words[offset + 3],
        eight ? words[offset + 4] : 0,
        eight ? words[offset + 5] : 0,
        eight ? words[offset + 6] : 0,
        eight ? words[offset + 7] : 0);
  }

  /** {@link #findDigest(int, long[], int)} for control-plane threads. */
  public int findDigest(Digest digest) {
    return digests.find(digest);
  }

  /** {@link Digest#SHA256} or {@link Digest#SHA512}. */
  public int algorithm(int entry) {
    return digests.algorithm(entry);
  }

  /** The {@code i}-th big-endian word of the digest. */
  public long word(int entry, int i) {
    return digests.word(entry, i);
  }

  /** Length of the blob's file when the catalog was built; 0 where the store has not looked. */
  public long sizeBytes(int entry) {
    return digests.sizeBytes(entry);
  }

  /** The media type in ASCII. The array is shared and must not be modified. */
  public byte[] mediaType(int entry) {
    return digests.mediaType(entry);
  }

  /** The entry as a descriptor, for control-plane threads. */
  public Descriptor descriptor(int entry) {
    return new Descriptor(
        digest(entry), sizeBytes(entry), new String(mediaType(entry), StandardCharsets.US_ASCII));
  }

  /** The digest of an entry, for control-plane threads. */
  public Digest digest(int entry) {
    return digests.digest(entry);
  }

  /** Whether a blob of this catalog is in {@code other} as well. */
  public boolean isDigestIn(Catalog other, int entry) {
    return digests.findIn(other.digests, entry) != NOT_FOUND;
  }

  /**
   * The name of a tag, for control-plane threads.
   *
   * @param tag 0 to {@link #tagCount}
   */
  public Reference reference(int tag) {
    return new Reference(tags.registry(tag), tags.repository(tag), tags.tag(tag));
  }

  /** Whether a name of this catalog is in {@code other} as well, whatever it stands for there. */
  public boolean isTagIn(Catalog other, int tag) {
    return other.tags.contains(tags.key(tag));
  }

  /** Whether blobs that are not in this catalog are not to be served, even if they are there. */
  public boolean isClosed() {
    return closed;
  }

  /** Number of blobs; entry indexes are smaller. */
  public int digestCount() {
    return digests.count();
  }

  /** Number of tags. */
  public int tagCount() {
    return tags.count();
  }

  /** Tags that were left out because a limit of {@link StoreLimits} was reached. */
  public long refusedTags() {
    return refusedTags;
  }

  /** Blobs that were left out because a limit of {@link StoreLimits} was reached. */
  public long refusedDigests() {
    return refusedDigests;
  }

  TagTable tags() {
    return tags;
  }

  DigestTable digests() {
    return digests;
  }

  /** Collects a catalog; for one thread, used once. */
  public static final class Builder {
    private final StoreLimits limits;
    private final TreeMap<TagTable.Key, Integer> tags = new TreeMap<>();
    private DigestTable digests;
    private int nameBytes;
    private long refusedTags;
    private long refusedDigests;
    private boolean closed;

    /** A builder that keeps what {@code limits} allow and counts the rest. */
    public Builder(StoreLimits limits) {
      this(limits, 0);
    }

    /** The same, of about so many blobs. */
    Builder(StoreLimits limits, int expectedDigests) {
      this.limits = limits;
      this.digests = new DigestTable(Math.min(expectedDigests, limits.digests()));
    }

    /**
     * Adds a blob; one that is known already keeps its first size and media type.
     *
     * @param mediaType an implausible one becomes {@code application/octet-stream}
     * @return its entry index, or {@link #NOT_FOUND} when the limit is reached
     */
    public int addDigest(Digest digest, long sizeBytes, String mediaType) {
      int known = digests.find(digest);
      if (known != NOT_FOUND) {
        return known;
      }
      if (digests.count() == limits.digests()) {
        refusedDigests++;
        return NOT_FOUND;
      }
      return digests.add(digest, sizeBytes, MediaType.orOctetStream(mediaType));
    }

    /** Only what is added may be served, see {@link Catalog#isClosed}. */
    public Builder closed() {
      closed = true;
      return this;
    }

    /** Adds a blob of a table, which is not in the catalog yet, as the table describes it. */
    int addFrom(DigestTable table, int tableEntry) {
      if (digests.count() == limits.digests()) {
        refusedDigests++;
        return NOT_FOUND;
      }
      return digests.addFrom(table, tableEntry);
    }

    /** The entry index of a blob that was added, or {@link #NOT_FOUND}. */
    public int findDigest(Digest digest) {
      return digests.find(digest);
    }

    /**
     * Adds a tag; the same name again replaces the earlier one.
     *
     * @param entry entry index of its manifest
     * @return whether it was kept; false when a limit is reached
     */
    public boolean addTag(Reference reference, int entry) {
      TagTable.Key key =
          new TagTable.Key(reference.repository(), reference.registry(), reference.tag());
      if (tags.replace(key, entry) != null) {
        return true;
      }
      if (tags.size() == limits.tags() || nameBytes + key.nameBytes() > limits.nameBytes()) {
        refusedTags++;
        return false;
      }
      nameBytes += key.nameBytes();
      tags.put(key, entry);
      return true;
    }

    /**
     * The catalog.
     *
     * @throws IllegalStateException when it was built already
     */
    public Catalog build() {
      if (digests == null) {
        throw new IllegalStateException("This builder has built its catalog.");
      }
      DigestTable complete = digests;
      digests = null;
      complete.trim();
      return new Catalog(complete, new TagTable(tags), refusedTags, refusedDigests, closed);
    }
  }
}
