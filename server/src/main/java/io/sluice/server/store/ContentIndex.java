package io.sluice.server.store;

import io.sluice.server.config.ImageFilter;
import io.sluice.server.log.Log;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Brings together what is on disk, which images there are, and which of them may be seen. Told of
 * changes in any order: an image may be known before its content is here, and the other way round.
 * For one thread.
 */
final class ContentIndex implements ContentWatch.Listener {
  private static final Log LOG = Log.of("containerd");
  private static final String SOURCE_LABEL = "containerd.io/distribution.source.";

  private final BlobFiles blobs;
  private final ContentSniffer sniffer;
  private final List<String> namespaces;
  private final ImageFilter filter;
  private final StoreLimits limits;
  private final ContentGraph graph;
  private final ImageTable images;
  private final Arrivals arrivals = new Arrivals();
  private final Map<String, Set<String>> hidden = new HashMap<>();
  private boolean dirty;
  private boolean hasComplainedOfDigest;
  private boolean hasComplainedOfLimit;
  private long skippedManifests;

  ContentIndex(
      BlobFiles blobs,
      ContentSniffer sniffer,
      List<String> namespaces,
      ImageFilter filter,
      StoreLimits limits) {
    this.blobs = blobs;
    this.sniffer = sniffer;
    this.namespaces = List.copyOf(namespaces);
    this.filter = filter;
    this.limits = limits;
    this.graph = new ContentGraph(limits);
    this.images = new ImageTable(namespaces, limits.tags());
    namespaces.forEach(namespace -> hidden.put(namespace, new HashSet<>()));
  }

  /** Whether {@link #snapshot} would differ from the last one. */
  boolean isDirty() {
    return dirty;
  }

  int imageCount() {
    return images.count();
  }

  int hiddenCount() {
    return hidden.values().stream().mapToInt(Set::size).sum();
  }

  int waitingCount() {
    return arrivals.count();
  }

  long skippedManifests() {
    return skippedManifests;
  }

  @Override
  public void onCame(Digest digest) {
    dirty |= graph.came(digest);
  }

  @Override
  public void onWent(Digest digest) {
    dirty |= graph.went(digest);
  }

  @Override
  public void onListed(Catalog present) {
    dirty |= graph.onlyThese(present);
  }

  boolean has(String namespace) {
    return images.has(namespace);
  }

  /** There is an image of this name, with this target. */
  void put(String namespace, StoredImage image) {
    Optional<ImageName> name = ImageName.parse(image.name());
    boolean allowed =
        filter.isOpen()
            || name.isPresent()
                && filter.allows(
                    name.get().registry(), name.get().repository(), name.get().tagOrNull());
    Optional<Digest> target = Digest.tryParse(image.target());
    int node = allowed && target.isPresent() ? graph.node(target.get()) : Catalog.NOT_FOUND;
    if (node == Catalog.NOT_FOUND) {
      if (target.isEmpty()) {
        complainOfDigest(image);
      }
      dirty |= images.remove(namespace, image.name());
      hidden.get(namespace).add(image.name());
      return;
    }
    graph.type(node, image.mediaType());
    hidden.get(namespace).remove(image.name());
    dirty |= images.put(namespace, image.name(), node);
  }

  private void complainOfDigest(StoredImage image) {
    if (!hasComplainedOfDigest) {
      hasComplainedOfDigest = true;
      LOG.warn(
          "Images whose digest is neither sha256 nor sha512 are not served; further ones are only"
              + " counted.",
          "image",
          image.name(),
          "digest",
          image.target());
    }
  }

  /** There is no image of this name. */
  void remove(String namespace, String name) {
    hidden.get(namespace).remove(name);
    dirty |= images.remove(namespace, name);
  }

  /** There are no images but these in the namespace. */
  void retain(String namespace, Set<String> names) {
    hidden.get(namespace).retainAll(names);
    dirty |= images.retain(namespace, names);
  }

  /** Asks whose those blobs are that have no image yet, where it is time to. */
  void askOwners(ImageSource.Session session, long nowNs) throws StoreException {
    arrivals.turn(nowNs, new Owners(session));
  }

  /** Time until {@link #askOwners} has something to do, at most {@code mostNs}. */
  long untilDueNs(long nowNs, long mostNs) {
    return arrivals.untilDueNs(nowNs, mostNs);
  }

  /** Puts together what may be seen now. */
  StoreSnapshot snapshot(long nowNs) {
    GraphWalk walk = new GraphWalk(graph, images, blobs, sniffer, limits);
    StoreSnapshot result = walk.walk(digest -> await(digest, nowNs));
    skippedManifests += walk.manifestsSkipped();
    dirty = false;
    complainOfLimits(result.catalog());
    return result;
  }

  private void await(Digest digest, long nowNs) {
    Optional<BlobFiles.Version> version = blobs.version(digest);
    if (version.isPresent()) {
      long epochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
      arrivals.add(digest, Math.max(0, epochNs - version.get().modifiedNs()), nowNs);
    }
  }

  private void complainOfLimits(Catalog catalog) {
    long refused =
        graph.refused() + images.refused() + catalog.refusedTags() + catalog.refusedDigests();
    if (refused > 0 && !hasComplainedOfLimit) {
      hasComplainedOfLimit = true;
      LOG.warn(
          "containerd has more than this node keeps in memory: some images are not served. Remove"
              + " images, or leave out registries with --mirrored-registries.",
          "images",
          images.count(),
          "blobs",
          catalog.digestCount());
    }
  }

  private final class Owners implements Arrivals.Owner {
    private final ImageSource.Session session;

    Owners(ImageSource.Session session) {
      this.session = session;
    }

    @Override
    public boolean show(Digest digest) throws StoreException {
      for (String namespace : namespaces) {
        Optional<Map<String, String>> labels = session.labels(namespace, digest);
        if (labels.isPresent() && (filter.isOpen() || isFromAllowed(labels.get()))) {
          show(graph.find(digest));
          return true;
        }
      }
      return false;
    }

    private void show(int node) {
      sniffer
          .describe(graph.digests().digest(node))
          .ifPresent(found -> graph.describe(node, found));
      graph.set(node, ContentGraph.ARRIVED);
      dirty = true;
    }

    @Override
    public void hide(Digest digest) {
      graph.clear(graph.find(digest), ContentGraph.ARRIVED);
      dirty = true;
    }

    @Override
    public boolean waits(Digest digest) {
      int node = graph.find(digest);
      return node != Catalog.NOT_FOUND
          && graph.is(node, ContentGraph.PRESENT)
          && !graph.is(node, ContentGraph.USED);
    }
  }

  /** Where content was pulled from, as the runtime labels it: repositories by registry. */
  private boolean isFromAllowed(Map<String, String> labels) {
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (!label.getKey().startsWith(SOURCE_LABEL)) {
        continue;
      }
      String registry = label.getKey().substring(SOURCE_LABEL.length());
      for (String repository : label.getValue().split(",")) {
        if (filter.allows(registry, repository, null)) {
          return true;
        }
      }
    }
    return false;
  }
}
