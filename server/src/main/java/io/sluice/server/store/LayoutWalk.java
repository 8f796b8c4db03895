package io.sluice.server.store;

import io.sluice.server.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Builds catalog and referrers of an OCI layout from its index: breadth first over the manifests
 * that are present, each read once, bounded in depth, number and bytes. A child that is missing is
 * left out; so is what a malformed manifest would have said.
 */
final class LayoutWalk {
  private static final Log LOG = Log.of("store");

  private final BlobFiles blobs;
  private final ContentSniffer sniffer;
  private final StoreLimits limits;
  private final String bareRepository;
  private final Catalog.Builder catalog;
  private final ReferrerIndex.Builder referrers;
  private final ArrayDeque<Node> queue = new ArrayDeque<>();
  private int manifestsRead;
  private long manifestBytesRead;
  private int manifestsUnread;
  private int namesRefused;
  private String firstComplaint;

  private record Node(Descriptor descriptor, int depth) {}

  /**
   * @param bareRepository repository of names that consist of a tag only
   */
  LayoutWalk(BlobFiles blobs, ContentSniffer sniffer, StoreLimits limits, String bareRepository) {
    this.blobs = blobs;
    this.sniffer = sniffer;
    this.limits = limits;
    this.bareRepository = bareRepository;
    this.catalog = new Catalog.Builder(limits);
    this.referrers = new ReferrerIndex.Builder(limits);
  }

  /** Walks everything reachable from {@code index}; used once. */
  StoreSnapshot walk(OciManifest index) {
    for (OciDescriptor root : index.children()) {
      int entry = visit(root, 0);
      if (entry != Catalog.NOT_FOUND) {
        name(root, entry);
      }
    }
    for (Node node = queue.poll(); node != null; node = queue.poll()) {
      read(node);
    }
    StoreSnapshot result = new StoreSnapshot(catalog.build(), referrers.build());
    report(index, result);
    return result;
  }

  private int visit(OciDescriptor child, int depth) {
    int known = catalog.findDigest(child.digest());
    if (known != Catalog.NOT_FOUND) {
      return known;
    }
    Optional<Descriptor> found =
        MediaType.isPlausible(child.mediaTypeOrNull())
            ? blobs
                .version(child.digest())
                .map(v -> new Descriptor(child.digest(), v.sizeBytes(), child.mediaTypeOrNull()))
            : sniffer.describe(child.digest());
    if (found.isEmpty()) {
      return Catalog.NOT_FOUND;
    }
    Descriptor descriptor = found.get();
    int entry = catalog.addDigest(child.digest(), descriptor.sizeBytes(), descriptor.mediaType());
    if (entry != Catalog.NOT_FOUND && descriptor.isManifest()) {
      queue.add(new Node(descriptor, depth));
    }
    return entry;
  }

  private void name(OciDescriptor root, int entry) {
    String name = root.imageNameOrNull() != null ? root.imageNameOrNull() : root.refNameOrNull();
    // containerd also has images whose name is or ends in a digest; those are found by it anyway.
    if (name == null || name.indexOf('@') >= 0 || Digest.tryParse(name).isPresent()) {
      return;
    }
    boolean tagOnly =
        root.imageNameOrNull() == null && name.indexOf('/') < 0 && name.indexOf(':') < 0;
    Optional<Reference> reference =
        tagOnly ? Reference.of("", bareRepository, name) : Reference.parse(name);
    if (reference.isPresent()) {
      catalog.addTag(reference.get(), entry);
    } else {
      namesRefused++;
    }
  }

  private void read(Node node) {
    Descriptor descriptor = node.descriptor();
    if (descriptor.sizeBytes() > StoreLimits.JSON_BYTES_MAX) {
      unread(descriptor, "it is larger than " + StoreLimits.JSON_BYTES_MAX + " bytes");
      return;
    }
    boolean withinLimits =
        manifestsRead < limits.manifests()
            && manifestBytesRead + descriptor.sizeBytes() <= limits.manifestBytesTotal();
    if (!withinLimits) {
      unread(descriptor, "the limit on manifests is reached");
      return;
    }
    manifestsRead++;
    manifestBytesRead += descriptor.sizeBytes();
    try (InputStream in = blobs.open(descriptor.digest(), StoreLimits.JSON_BYTES_MAX)) {
      OciManifest manifest = OciManifest.read(in);
      if (manifest.subjectOrNull() != null) {
        referrers.add(descriptor, manifest);
      }
      if (node.depth() < StoreLimits.MANIFEST_DEPTH_MAX) {
        manifest.children().forEach(child -> visit(child, node.depth() + 1));
      }
    } catch (IOException e) {
      unread(descriptor, Json.reason(e));
    }
  }

  private void unread(Descriptor descriptor, String reason) {
    manifestsUnread++;
    if (firstComplaint == null) {
      firstComplaint = descriptor.digest() + ": " + reason;
    }
  }

  private void report(OciManifest index, StoreSnapshot result) {
    if (manifestsUnread > 0) {
      LOG.warn(
          "Some manifests cannot be read. They are served, but not what they say about names, types"
              + " and referrers.",
          "manifests",
          manifestsUnread,
          "directory",
          blobs.directory(),
          "first",
          firstComplaint);
    }
    if (namesRefused + index.skippedChildren() > 0) {
      LOG.warn(
          "Some entries of the index are ignored: names that are not registry/repository:tag, or"
              + " descriptors without a valid digest or too many.",
          "names",
          namesRefused,
          "descriptors",
          index.skippedChildren(),
          "directory",
          blobs.directory());
    }
    long refusedTags = result.catalog().refusedTags();
    long refusedDigests = result.catalog().refusedDigests();
    if (refusedTags + refusedDigests + result.referrers().refused() > 0) {
      LOG.warn(
          "The layout holds more than this node keeps in memory: these tags and referrers are not"
              + " served, these blobs only by digest with a guessed media type. Split the layout"
              + " or remove images.",
          "tags",
          refusedTags,
          "referrers",
          result.referrers().refused(),
          "blobs",
          refusedDigests,
          "directory",
          blobs.directory());
    }
  }
}
