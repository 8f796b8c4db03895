package io.sluice.server.store;

import io.sluice.server.config.ImageFilter;
import java.nio.file.Path;
import java.util.List;

/**
 * What containerd has: bytes from its content directory, which is read in place and never written,
 * names and what belongs to whom from its API.
 *
 * <p>Once images have been learnt, only what they refer to is served and told to peers, and what is
 * about to become part of one: content of other namespaces, or of images that a filter hides, is as
 * good as absent. Without containerd the last that was known stays, and what goes from disk goes
 * from the catalog. As long as nothing was ever learnt, blobs are served by digest if no filter is
 * set, none otherwise, and peers are told of none.
 */
public final class ContainerdStore extends SnapshotStore {
  private final Path contentPath;
  private final ContainerdSync sync;
  private volatile Runnable onChange = () -> {};

  /**
   * Opens the content directory, which need not exist yet.
   *
   * @param contentPath the directory that holds {@code blobs} and {@code ingest}
   * @param namespaces whose images count, in order of preference
   * @param source closed with the store
   * @throws StoreException when it is another directory, or not readable
   */
  public ContainerdStore(
      Path contentPath, List<String> namespaces, ImageFilter filter, ImageSource source)
      throws StoreException {
    this(contentPath, namespaces, filter, source, StoreLimits.DEFAULT);
  }

  ContainerdStore(
      Path contentPath,
      List<String> namespaces,
      ImageFilter filter,
      ImageSource source,
      StoreLimits limits)
      throws StoreException {
    super(
        new BlobFiles(contentPath.toAbsolutePath().normalize().resolve("blobs")),
        filter.isOpen() ? StoreSnapshot.EMPTY : StoreSnapshot.CLOSED);
    this.contentPath = blobs.directory().getParent();
    ContentDirectory.require(this.contentPath);
    this.sync =
        new ContainerdSync(
            source,
            new ContentWatch(blobs.directory(), limits),
            new ContentIndex(blobs, sniffer, namespaces, filter, limits),
            namespaces,
            this::publish);
  }

  private void publish(StoreSnapshot snapshot) {
    current = snapshot;
    onChange.run();
  }

  @Override
  public void onChange(Runnable listener) {
    onChange = listener;
  }

  @Override
  public void start() {
    sync.start();
  }

  /** Lists all images again, soon. */
  @Override
  public void refresh() {
    sync.requestSynchronisation();
  }

  @Override
  public Readiness readiness() {
    return status().readiness();
  }

  /** How it goes with containerd. Any thread may call. */
  public SourceStatus status() {
    return sync.status();
  }

  @Override
  public StoreCounters counters() {
    SourceStatus status = status();
    return new StoreCounters(
        status.synchronisations(), 0, sniffer.sniffs(), blobs.failures(), blobs.bytesRead());
  }

  @Override
  public String description() {
    return "containerd content " + contentPath;
  }

  @Override
  public void close() {
    sync.close();
  }
}
