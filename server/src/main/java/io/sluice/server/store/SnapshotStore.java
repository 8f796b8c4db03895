package io.sluice.server.store;

import java.nio.file.Path;
import java.util.Optional;

/** A store that answers from the latest {@link StoreSnapshot}, whoever makes it, and from files. */
abstract class SnapshotStore implements BlobStore {
  final BlobFiles blobs;
  final ContentSniffer sniffer;

  /** Replaced as a whole by whoever makes snapshots. */
  volatile StoreSnapshot current;

  /** A store over a directory of blobs that knows nothing but {@code first} yet. */
  SnapshotStore(BlobFiles blobs, StoreSnapshot first) {
    this.blobs = blobs;
    this.sniffer = new ContentSniffer(blobs);
    this.current = first;
  }

  @Override
  public final Path blobsDirectory() {
    return blobs.directory();
  }

  @Override
  public final Catalog catalog() {
    return current.catalog();
  }

  @Override
  public final Optional<Descriptor> describe(Digest digest) {
    Catalog catalog = catalog();
    int entry = catalog.findDigest(digest);
    if (entry == Catalog.NOT_FOUND) {
      return catalog.isClosed() ? Optional.empty() : sniffer.describe(digest);
    }
    String mediaType = catalog.descriptor(entry).mediaType();
    return blobs
        .version(digest)
        .map(version -> new Descriptor(digest, version.sizeBytes(), mediaType));
  }

  @Override
  public final Optional<TagPage> tags(
      String registryOrNull, String repository, int n, String lastOrNull) {
    return TagListing.page(catalog(), registryOrNull, repository, n, lastOrNull);
  }

  @Override
  public final ReferrersPage referrers(
      String registryOrNull,
      String repository,
      Digest subject,
      String artifactTypeOrNull,
      String lastOrNull) {
    return current
        .referrers()
        .page(registryOrNull, repository, subject, artifactTypeOrNull, lastOrNull);
  }
}
