package io.sluice.server.store;

import io.sluice.server.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Goes from images to everything that they refer to and that is here, and puts together what is
 * served. Manifests that were not read before are read, each bounded; all else is numbers. Used
 * once.
 */
final class GraphWalk {
  private static final Log LOG = Log.of("containerd");

  /** Nodes that may be dead before the graph is made anew. */
  private static final int DEAD_MIN = 1024;

  private final ContentGraph graph;
  private final ImageTable images;
  private final BlobFiles blobs;
  private final ContentSniffer sniffer;
  private final StoreLimits limits;
  private final Catalog.Builder catalog;
  private final ReferrerIndex.Builder referrers;
  private int[] entries;
  private int[] stack = new int[64];
  private int depth;
  private int manifestsRead;
  private int manifestsSkipped;
  private long manifestBytesRead;
  private String firstComplaint;

  GraphWalk(
      ContentGraph graph,
      ImageTable images,
      BlobFiles blobs,
      ContentSniffer sniffer,
      StoreLimits limits) {
    this.graph = graph;
    this.images = images;
    this.blobs = blobs;
    this.sniffer = sniffer;
    this.limits = limits;
    this.catalog = new Catalog.Builder(limits, graph.presentCount()).closed();
    this.referrers = new ReferrerIndex.Builder(limits);
  }

  /**
   * Walks.
   *
   * @param unused hears, once, of blobs that are here and that no image has ever referred to
   */
  StoreSnapshot walk(Consumer<Digest> unused) {
    entries = new int[graph.count()];
    Arrays.fill(entries, Catalog.NOT_FOUND);
    images.forEach(image -> reach(image.target()));
    while (depth > 0) {
      visit(stack[--depth]);
    }
    finish(unused);
    images.forEach(this::name);
    StoreSnapshot result = new StoreSnapshot(catalog.build(), referrers.build());
    report();
    compact();
    return result;
  }

  /** Manifests that could not be read, of those that were tried this time. */
  int manifestsSkipped() {
    return manifestsSkipped;
  }

  private void reach(int node) {
    if (graph.is(node, ContentGraph.REACHED)) {
      return;
    }
    graph.set(node, ContentGraph.REACHED);
    if (depth == stack.length) {
      stack = Arrays.copyOf(stack, 2 * depth);
    }
    stack[depth++] = node;
  }

  private void visit(int node) {
    if (!graph.is(node, ContentGraph.PRESENT)) {
      return;
    }
    if (!graph.is(node, ContentGraph.TYPED)) {
      sniffer
          .describe(graph.digests().digest(node))
          .ifPresent(
              found -> {
                graph.describe(node, found);
                graph.type(node, found.mediaType());
              });
    }
    if (graph.isManifest(node) && !graph.is(node, ContentGraph.READ | ContentGraph.UNREADABLE)) {
      read(node);
    }
    if (!graph.is(node, ContentGraph.PRESENT)) {
      return;
    }
    graph.set(node, ContentGraph.USED);
    graph.clear(node, ContentGraph.ARRIVED);
    show(node);
    OciManifest subject = graph.subjectManifestOrNull(node);
    if (subject != null) {
      DigestTable digests = graph.digests();
      referrers.add(
          new Descriptor(
              digests.digest(node), digests.sizeBytes(node), digests.mediaTypeName(node)),
          subject);
    }
    for (int child : graph.children(node)) {
      reach(child);
    }
  }

  private void read(int node) {
    Digest digest = graph.digests().digest(node);
    Optional<BlobFiles.Version> version = blobs.version(digest);
    if (version.isEmpty()) {
      graph.went(node);
      return;
    }
    long sizeBytes = version.get().sizeBytes();
    graph.describe(node, new Descriptor(digest, sizeBytes, MediaType.OCTET_STREAM));
    if (sizeBytes > StoreLimits.JSON_BYTES_MAX) {
      skip(node, digest, "it is larger than " + StoreLimits.JSON_BYTES_MAX + " bytes");
    } else if (manifestsRead == limits.manifests()
        || manifestBytesRead + sizeBytes > limits.manifestBytesTotal()) {
      skip(node, digest, "the limit on manifests is reached");
    } else {
      manifestsRead++;
      manifestBytesRead += sizeBytes;
      readFile(node, digest);
    }
  }

  private void readFile(int node, Digest digest) {
    try (InputStream in = blobs.open(digest, StoreLimits.JSON_BYTES_MAX)) {
      graph.read(node, OciManifest.read(in));
      // Its children may be new.
      int known = entries.length;
      if (graph.count() > known) {
        entries = Arrays.copyOf(entries, Math.max(graph.count(), 2 * known));
        Arrays.fill(entries, known, entries.length, Catalog.NOT_FOUND);
      }
    } catch (NoSuchFileException gone) {
      graph.went(node);
    } catch (IOException e) {
      skip(node, digest, Json.reason(e));
    }
  }

  private void skip(int node, Digest digest, String reason) {
    graph.set(node, ContentGraph.UNREADABLE);
    manifestsSkipped++;
    if (firstComplaint == null) {
      firstComplaint = digest + ": " + reason;
    }
  }

  private void show(int node) {
    entries[node] = catalog.addFrom(graph.digests(), node);
  }

  /** What was not reached: blobs of pulls under way are shown, others may become that. */
  private void finish(Consumer<Digest> unused) {
    for (int node = 0; node < graph.count(); node++) {
      boolean here = graph.is(node, ContentGraph.PRESENT) && !graph.is(node, ContentGraph.REACHED);
      if (here && graph.is(node, ContentGraph.ARRIVED)) {
        show(node);
      } else if (here && !graph.is(node, ContentGraph.USED | ContentGraph.OFFERED)) {
        graph.set(node, ContentGraph.OFFERED);
        unused.accept(graph.digests().digest(node));
      }
    }
  }

  private void name(ImageTable.Image image) {
    int entry = entries[image.target()];
    if (entry != Catalog.NOT_FOUND) {
      image.tag().ifPresent(tag -> catalog.addTag(tag, entry));
    }
  }

  private void report() {
    if (manifestsSkipped > 0) {
      LOG.warn(
          "Some manifests cannot be read. They are served, but not what only they refer to; remove"
              + " their images, or pull them again.",
          "manifests",
          manifestsSkipped,
          "first",
          firstComplaint);
    }
  }

  private void compact() {
    boolean[] keep = new boolean[graph.count()];
    images.forEach(image -> keep[image.target()] = true);
    int kept = 0;
    for (int node = 0; node < keep.length; node++) {
      keep[node] |= graph.is(node, ContentGraph.REACHED | ContentGraph.PRESENT);
      graph.clear(node, ContentGraph.REACHED);
      kept += keep[node] ? 1 : 0;
    }
    if (keep.length - kept > Math.max(DEAD_MIN, kept)) {
      images.move(graph.compact(keep));
    }
  }
}
