package io.sluice.server.store;

/**
 * Bounds of what a store keeps in memory and reads to learn it. What exceeds a bound is left out of
 * the {@link Catalog}, counted and logged; blobs that are left out are still served by digest.
 *
 * @param tags tags in the catalog
 * @param nameBytes bytes of registry, repository and tag names in the catalog
 * @param digests blobs in the catalog, about 60 bytes each for sha256
 * @param manifests manifests and indexes read in one refresh
 * @param manifestBytesTotal bytes of manifests and indexes read in one refresh
 * @param referrers manifests with a subject that are kept
 * @param referrerBytes bytes of their encoded descriptors
 */
public record StoreLimits(
    int tags,
    int nameBytes,
    int digests,
    int manifests,
    long manifestBytesTotal,
    int referrers,
    int referrerBytes) {

  /** Largest {@code oci-layout}, {@code index.json}, manifest or sniffed content, in bytes. */
  public static final int JSON_BYTES_MAX = 4 << 20;

  /** Deepest nesting of JSON values that is still read. */
  public static final int JSON_DEPTH_MAX = 256;

  /** Most descriptors that are taken from one manifest or index. */
  public static final int DESCRIPTORS_PER_MANIFEST_MAX = 20_000;

  /** References from manifests to blobs that are kept in mind, of 4 bytes each. */
  public static final int EDGES_MAX = 2_000_000;

  /** Blobs that wait for their image to be named. */
  public static final int ARRIVALS_MAX = 4096;

  /** How long they wait: a pull that takes longer is shared when it is complete. */
  public static final long ARRIVAL_NS = 3600L * 1_000_000_000L;

  /** Images that have changed and are asked for one by one; with more, all are listed. */
  public static final int CHANGED_IMAGES_MAX = 256;

  /** Longest chain of indexes and manifests below {@code index.json} that is followed. */
  public static final int MANIFEST_DEPTH_MAX = 8;

  /** Distinct media types in a catalog; further ones become {@code application/octet-stream}. */
  public static final int MEDIA_TYPES_MAX = 1024;

  /** Sniffed media types that are remembered. */
  public static final int SNIFF_CACHE_ENTRIES = 1024;

  /** Most tags in one {@code tags/list} answer. */
  public static final int TAG_PAGE_MAX = 1000;

  /** Largest body of a {@code tags/list} or {@code referrers} answer, in bytes. */
  public static final int PAGE_BYTES_MAX = 56 << 10;

  /** Largest encoded descriptor in a {@code referrers} answer; larger ones lose annotations. */
  public static final int REFERRER_DESCRIPTOR_BYTES_MAX = 32 << 10;

  /** The defaults. */
  public static final StoreLimits DEFAULT =
      new StoreLimits(100_000, 16 << 20, 250_000, 50_000, 1L << 30, 10_000, 8 << 20);

  /**
   * @throws IllegalArgumentException when a limit is negative
   */
  public StoreLimits {
    if (Math.min(Math.min(tags, nameBytes), Math.min(digests, manifests)) < 0
        || Math.min(referrers, referrerBytes) < 0
        || manifestBytesTotal < 0) {
      throw new IllegalArgumentException("A store limit is negative: use 0 to keep nothing.");
    }
  }
}
