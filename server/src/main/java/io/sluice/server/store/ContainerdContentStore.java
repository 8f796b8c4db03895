package io.sluice.server.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The content directory of containerd, read in place and never written: blobs by digest. Names are
 * in containerd's database, which this class does not read, so the catalog is empty, no tag is
 * known and no referrer is listed; media types are sniffed.
 */
public final class ContainerdContentStore implements BlobStore {
  /** Where containerd keeps content unless its {@code root} is configured otherwise. */
  public static final Path DEFAULT_PATH =
      Path.of("/var/lib/containerd/io.containerd.content.v1.content");

  private static final String DIRECTORY_NAME = "io.containerd.content.v1.content";

  private final Path contentPath;
  private final BlobFiles blobs;
  private final ContentSniffer sniffer;
  private final BlobListing listing;

  /**
   * Opens the content directory.
   *
   * @param contentPath the directory that holds {@code blobs} and {@code ingest}
   * @throws StoreException when it is missing, another directory or not readable
   */
  public ContainerdContentStore(Path contentPath) throws StoreException {
    this.contentPath = contentPath.toAbsolutePath().normalize();
    this.blobs = new BlobFiles(this.contentPath.resolve("blobs"));
    this.sniffer = new ContentSniffer(blobs);
    this.listing =
        new BlobListing(blobs.directory(), StoreLimits.DEFAULT, System::currentTimeMillis);
    validate();
  }

  private void validate() throws StoreException {
    if (!Files.isDirectory(contentPath)) {
      throw new StoreException(
          "The containerd content directory "
              + contentPath
              + " is no directory or not accessible: start containerd once, run as a user that may"
              + " read it, or name the right one with --containerd-content-path.");
    }
    Path below = contentPath.resolve(DIRECTORY_NAME);
    if (Files.isDirectory(below)) {
      throw new StoreException(
          contentPath
              + " is the root of containerd: set --containerd-content-path to "
              + below
              + ".");
    }
    requireAccess(contentPath);
    if (Files.isDirectory(blobs.directory())) {
      requireAccess(blobs.directory());
    } else if (!Files.isDirectory(contentPath.resolve("ingest"))) {
      // containerd creates blobs with the first one, but ingest at once.
      throw new StoreException(
          contentPath
              + " holds neither blobs nor ingest, so it is no containerd content directory: set"
              + " --containerd-content-path to the one that ends in "
              + DIRECTORY_NAME
              + ".");
    }
  }

  private static void requireAccess(Path directory) throws StoreException {
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new StoreException(
          directory
              + " is not readable for this user: run as root or as a user of the group that owns"
              + " it.");
    }
  }

  @Override
  public Path blobsDirectory() {
    return blobs.directory();
  }

  @Override
  public Catalog catalog() {
    return Catalog.EMPTY;
  }

  /** The digests of all blobs. */
  @Override
  public Catalog inventory() {
    return listing.look();
  }

  @Override
  public Optional<Descriptor> describe(Digest digest) {
    return sniffer.describe(digest);
  }

  @Override
  public Optional<TagPage> tags(
      String registryOrNull, String repository, int n, String lastOrNull) {
    return Optional.empty();
  }

  @Override
  public ReferrersPage referrers(
      String registryOrNull,
      String repository,
      Digest subject,
      String artifactTypeOrNull,
      String lastOrNull) {
    return ReferrerIndex.EMPTY.page(
        registryOrNull, repository, subject, artifactTypeOrNull, lastOrNull);
  }

  @Override
  public void start() {}

  @Override
  public void refresh() {}

  @Override
  public StoreCounters counters() {
    return new StoreCounters(0, 0, sniffer.sniffs(), blobs.failures(), blobs.bytesRead());
  }

  @Override
  public String description() {
    return "containerd content " + contentPath;
  }

  @Override
  public void close() {}
}
