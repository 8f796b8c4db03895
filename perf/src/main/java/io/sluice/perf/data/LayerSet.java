package io.sluice.perf.data;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The layers that a run serves, in an OCI image layout on disk.
 *
 * <p>An existing layout of the same shape is used again. One that this run writes is written under
 * another name first, so that an interrupted run cannot leave half a layout to be used again, and
 * is removed at the end unless it is to be kept.
 *
 * @param layout the directory of the OCI image layout
 * @param layers its layers, in the manifest's order
 */
public record LayerSet(Path layout, List<Layer> layers) {
  /** Disk space that is left for everybody else. */
  private static final long SPARE_BYTES = 2L << 30;

  private static final int RESIDENCY_TURNS = 5;
  private static final long MIB = 1 << 20;
  private static final int COLD_ATTEMPTS = 40;
  private static final long COLD_PAUSE_MS = 50;

  /**
   * Finds or writes layers.
   *
   * @param directory where; made when it does not exist
   * @param plan which ones
   * @param keep whether what is written stays after the run
   * @param cleanup removes it otherwise
   * @param progress gets a line for people when something is written
   * @return the layers
   * @throws IOException when there is not enough room, or they cannot be written
   */
  public static LayerSet prepare(
      Path directory, LayerPlan plan, boolean keep, Cleanup cleanup, Consumer<String> progress)
      throws IOException {
    Files.createDirectories(directory);
    Path layout = plan.layout(directory);
    if (LayerLayout.exists(layout)) {
      return new LayerSet(layout, LayerLayout.read(layout, plan));
    }
    checkRoom(directory, plan.totalBytes());
    progress.accept("writing " + plan.totalBytes() / MIB + " MiB of layers to " + layout);
    Path partial = layout.resolveSibling(layout.getFileName() + ".partial");
    FileTree.delete(partial);
    AtomicBoolean ended = new AtomicBoolean();
    Cleanup.Kept<Path> unfinished =
        cleanup.keep(
            () -> Files.createDirectories(partial),
            made -> {
              ended.set(true);
              // Whoever writes it stops soon, and does not begin any more.
              synchronized (ended) {
                FileTree.delete(made);
              }
            });
    synchronized (ended) {
      LayerLayout.write(partial, plan, ended);
    }
    if (keep) {
      Files.move(partial, layout);
    } else {
      cleanup.keep(() -> Files.move(partial, layout), FileTree::delete);
    }
    unfinished.close();
    return new LayerSet(layout, LayerLayout.read(layout, plan));
  }

  /**
   * A layout without images, for a node that has nothing itself.
   *
   * @param cleanup removes it
   * @return its directory
   * @throws IOException when it cannot be written
   */
  public static Path empty(Cleanup cleanup) throws IOException {
    Path layout =
        cleanup
            .keep(() -> Files.createTempDirectory("sluice-bench-empty-"), FileTree::delete)
            .get();
    LayerLayout.write(layout, new LayerPlan("empty", List.of()), new AtomicBoolean());
    return layout;
  }

  /**
   * Has a layout list an image, as a client that has pulled it does: a node that serves from there
   * tells others of it.
   *
   * @param layout a layout of {@link #empty} that has got the image's layers
   * @param manifest the image's, in another layout
   * @throws IOException when it cannot be written
   */
  public static void list(Path layout, Layer manifest) throws IOException {
    LayerLayout.list(layout, manifest);
  }

  /**
   * Empties a layout again.
   *
   * @param layout a layout of {@link #empty}
   * @throws IOException when something cannot be removed
   */
  public static void clear(Path layout) throws IOException {
    LayerLayout.listNothing(layout);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.resolve("blobs/sha256"))) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /**
   * Checks the room for everything before the first byte is written.
   *
   * @param directory where; made when it does not exist
   * @param neededBytes how much will be written
   * @throws IOException when there is less, with the remedy
   */
  public static void checkRoom(Path directory, long neededBytes) throws IOException {
    Files.createDirectories(directory);
    FileStore store = Files.getFileStore(directory);
    long usableBytes = store.getUsableSpace();
    if (usableBytes - SPARE_BYTES < neededBytes) {
      throw new IOException(
          directory
              + " has "
              + usableBytes / MIB
              + " MiB free, and the layers need "
              + neededBytes / MIB
              + " MiB besides "
              + SPARE_BYTES / MIB
              + " MiB left for others: free some, or name another directory with --data");
    }
  }

  /**
   * The manifest of the first image that layers belong to.
   *
   * @return its file, which every contender serves by digest
   * @throws IOException when it cannot be read
   */
  public Layer manifest() throws IOException {
    return manifests().getFirst();
  }

  /**
   * The manifests of all images that layers belong to.
   *
   * @return their files
   * @throws IOException when they cannot be read
   */
  public List<Layer> manifests() throws IOException {
    return LayerLayout.manifests(layout);
  }

  /**
   * Puts all layers into the page cache, charged to this process, and proves it. A kernel that
   * pages out what was not used for a while takes some away meanwhile, so that it may need several
   * turns.
   *
   * @throws IOException when not all of them stay there
   */
  public void makeResident() throws IOException {
    for (int turn = 0; turn < RESIDENCY_TURNS; turn++) {
      boolean missing = false;
      for (Layer layer : layers) {
        if (PageCache.residentBytes(layer.file()) < layer.sizeBytes()) {
          PageCache.load(layer.file());
          missing = true;
        }
      }
      if (!missing) {
        return;
      }
    }
    throw new IOException(
        totalBytes() / MIB
            + " MiB of layers do not stay in the page cache: free memory, or lift the memory limit"
            + " of this process");
  }

  /**
   * The sum of all layers.
   *
   * @return bytes
   */
  public long totalBytes() {
    return layers.stream().mapToLong(Layer::sizeBytes).sum();
  }

  /**
   * Makes all layers cold, and proves it. Takes several attempts after a sendfile: the kernel
   * cannot drop a page that is still referred to by sent data whose acknowledgement is delayed.
   *
   * @throws IOException when pages stay in the page cache, so that nothing cold can be measured
   * @throws InterruptedException when this thread is interrupted
   */
  public void makeCold() throws IOException, InterruptedException {
    long residentBytes = 0;
    for (int attempt = 0; attempt < COLD_ATTEMPTS; attempt++) {
      residentBytes = 0;
      for (Layer layer : layers) {
        PageCache.drop(layer.file());
        residentBytes += PageCache.residentBytes(layer.file());
      }
      if (residentBytes == 0) {
        return;
      }
      DeferredSends.flush();
      Thread.sleep(COLD_PAUSE_MS);
    }
    throw new IOException(
        residentBytes
            + " bytes of layers stay in the page cache: end whatever has files in "
            + layout
            + " mapped");
  }
}
