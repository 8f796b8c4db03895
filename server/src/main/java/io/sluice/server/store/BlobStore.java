package io.sluice.server.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Content that this node has: blobs in files, and what is known about them.
 *
 * <p>The data plane opens blobs itself below {@link #blobsDirectory} and looks names up in the
 * {@link #catalog}; everything else here is for control-plane threads and may read files. Content
 * is never trusted: it may be missing, truncated, huge, cyclic or not what its descriptor says, and
 * no method throws because of it. All methods may be called concurrently.
 */
public interface BlobStore extends AutoCloseable {
  /**
   * The directory of the blobs: a blob is the regular file {@code <algorithm>/<hex>} below it, not
   * a symbolic link. The directory may appear only with the first blob.
   */
  Path blobsDirectory();

  /**
   * The current snapshot of names and digests, never null, and what other nodes are told of. The
   * same object as long as nothing has changed. One volatile read, callable from any thread.
   */
  Catalog catalog();

  /**
   * Size and media type of a blob, from the catalog or by a bounded sniff of the content; of one
   * that may be served, see {@link Catalog#isClosed}.
   *
   * @return empty when the store has no such blob or cannot read it
   */
  Optional<Descriptor> describe(Digest digest);

  /**
   * The tags of a repository in lexical order (OCI distribution specification 1.1).
   *
   * @param registryOrNull the registry asked for; null for the tags of all registries
   * @param repository the repository, without registry
   * @param n the page size that the client asked for; negative when it did not. At most {@link
   *     StoreLimits#TAG_PAGE_MAX} tags are returned.
   * @param lastOrNull return tags after this one, which need not exist; null to start
   * @return empty when the repository is unknown
   */
  Optional<TagPage> tags(String registryOrNull, String repository, int n, String lastOrNull);

  /**
   * The manifests that name {@code subject} as their subject, in the order of their digests.
   *
   * @param registryOrNull the registry asked for; appears in the link only
   * @param repository the repository; appears in the link only
   * @param subject the digest referred to; it need not be present
   * @param artifactTypeOrNull return only referrers of this artifact type; null for all
   * @param lastOrNull continue after the referrer with this digest, as in the link; null to start
   */
  ReferrersPage referrers(
      String registryOrNull,
      String repository,
      Digest subject,
      String artifactTypeOrNull,
      String lastOrNull);

  /**
   * Has {@code listener} called after the catalog has changed, on any thread; it must not wait. In
   * place of an earlier listener; a store that need not tell at once does not.
   */
  default void onChange(Runnable listener) {}

  /** Whether what is here is known. Any thread may call; nothing is allocated. */
  default Readiness readiness() {
    return Readiness.OPEN;
  }

  /** Starts watching for changes, where the store can change; at most once. */
  void start();

  /** Rebuilds the catalog now. On failure the previous one stays and the cause is logged. */
  void refresh();

  /** What happened since the store was opened. */
  StoreCounters counters();

  /** Kind and location, for people: {@code OCI layout /data/images}. */
  String description();

  /** Stops watching. Never blocks for long and never throws. */
  @Override
  void close();
}
