package io.sluice.server.store;

import io.sluice.server.log.Log;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Images in an OCI image layout (OCI image specification 1.0 and 1.1).
 *
 * <p>An image is named by the annotation {@code io.containerd.image.name}, or else {@code
 * org.opencontainers.image.ref.name}, of its entry in {@code index.json}: {@code sluice.test/big:1}
 * answers {@code /v2/big/manifests/1?ns=sluice.test}. A name that is only a tag, such as {@code
 * 1.0} from skopeo, belongs to no registry and to the repository that is called like the layout's
 * directory: {@code 1.0} in {@code /srv/Nginx} answers {@code /v2/nginx/manifests/1.0} without
 * {@code ns}. Of two entries with the same name the later counts.
 *
 * <p>The catalog holds what is present of everything reachable from the index; other blobs of the
 * layout are served by digest. Missing children are no error. Blobs must be regular files, symbolic
 * links are not followed; {@code blobs} and the directories in it may be links.
 *
 * <p>Once {@linkplain #start started}, a change of {@code index.json} is seen within about {@link
 * #POLL_INTERVAL_MS}: one {@code stat} a second costs less than an inotify watch, works on network
 * file systems and needs no descriptor. An index that cannot be read keeps the catalog and is
 * logged once. Writers should put blobs in place first and replace {@code index.json} by rename.
 */
public final class OciLayoutStore extends SnapshotStore {
  /** Time between two looks at {@code index.json}. */
  public static final long POLL_INTERVAL_MS = 1000;

  private static final Log LOG = Log.of("store");

  private final OciLayout layout;
  private final StoreLimits limits;
  private final AtomicLong refreshes = new AtomicLong();
  private final AtomicLong refreshFailures = new AtomicLong();

  private Optional<OciLayout.IndexVersion> seen = Optional.empty();
  private String lastComplaint;
  private final AtomicReference<Thread> watch = new AtomicReference<>();

  /**
   * Opens the layout at {@code root} and reads it, with default limits.
   *
   * @throws StoreException when it is no layout that can be read
   */
  public OciLayoutStore(Path root) throws StoreException {
    this(root, StoreLimits.DEFAULT);
  }

  /**
   * Opens the layout at {@code root} and reads it.
   *
   * @throws StoreException when it is no layout that can be read
   */
  public OciLayoutStore(Path root, StoreLimits limits) throws StoreException {
    this(new OciLayout(root), limits);
  }

  private OciLayoutStore(OciLayout layout, StoreLimits limits) throws StoreException {
    super(layout.blobs(), StoreSnapshot.EMPTY);
    this.layout = layout;
    this.limits = limits;
    layout.validate();
    read();
  }

  /**
   * Makes {@code root} an empty layout unless it is a layout already; for the default data
   * directory.
   *
   * @throws StoreException when it cannot be written
   */
  public static void createIfAbsent(Path root) throws StoreException {
    OciLayout.createIfAbsent(root);
  }

  @Override
  public void start() {
    Thread thread = Thread.ofPlatform().daemon().name("oci-layout-watch").unstarted(this::watch);
    if (watch.compareAndSet(null, thread)) {
      thread.start();
    }
  }

  @Override
  public synchronized void refresh() {
    try {
      read();
      lastComplaint = null;
    } catch (StoreException e) {
      refreshFailures.incrementAndGet();
      if (!e.getMessage().equals(lastComplaint)) {
        lastComplaint = e.getMessage();
        LOG.warn(lastComplaint + " The previous catalog stays in use.");
      }
    }
  }

  /** Refreshes when {@code index.json} is another file than the one that was read last. */
  synchronized void refreshIfChanged() {
    if (!layout.indexVersion().equals(seen)) {
      refresh();
    }
  }

  @Override
  public StoreCounters counters() {
    return new StoreCounters(
        refreshes.get(),
        refreshFailures.get(),
        sniffer.sniffs(),
        blobs.failures(),
        blobs.bytesRead());
  }

  @Override
  public String description() {
    return "OCI layout " + layout.root();
  }

  @Override
  public void close() {
    Thread stopping = watch.get();
    if (stopping != null) {
      stopping.interrupt();
    }
  }

  private void read() throws StoreException {
    // Taken before reading, so that a change meanwhile is seen by the next look.
    seen = layout.indexVersion();
    OciManifest index;
    try {
      index = layout.readIndex();
    } catch (StoreException e) {
      if (!e.isContent()) {
        // Out of descriptors, for example: the next look tries again.
        seen = Optional.empty();
      }
      throw e;
    }
    current = new LayoutWalk(blobs, sniffer, limits, layout.bareRepository()).walk(index);
    refreshes.incrementAndGet();
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
        refreshIfChanged();
      }
    } catch (InterruptedException e) {
      LOG.debug("stopped watching", "index", layout.index());
    }
  }
}
