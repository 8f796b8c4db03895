package io.sluice.server.pull;

import io.sluice.containerd.Connection;
import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.Content;
import io.sluice.containerd.Contents;
import io.sluice.containerd.Descriptor;
import io.sluice.containerd.Image;
import io.sluice.containerd.Namespace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What containerd has of an image: the index and manifest, their configuration and layers, found by
 * the labels that containerd keeps them by, without reading them.
 */
final class ImageParts {
  private static final Duration CALL = Duration.ofNanos(PullLimits.CALL_NS);

  private final Connection containerd;
  private final String namespace;

  ImageParts(Connection containerd, String namespace) {
    this.containerd = containerd;
    this.namespace = namespace;
  }

  /** A part that is there. */
  record Part(String kind, Content content) {}

  /** All parts, the root first; nothing if there is no image of this name. */
  Map<String, Part> of(String name) throws ContainerdException {
    Map<String, Part> parts = new LinkedHashMap<>();
    Optional<Image> image = containerd.images(namespace).get(name, CALL);
    if (image.isEmpty()) {
      return parts;
    }
    Contents contents = containerd.contents(namespace);
    Descriptor root = image.get().target();
    Deque<Map.Entry<String, String>> next = new ArrayDeque<>();
    next.add(Map.entry(root.digest(), BlobKind.ofMediaType(root.mediaType())));
    while (!next.isEmpty() && parts.size() < PullLimits.BLOBS_MAX) {
      Map.Entry<String, String> entry = next.remove();
      Optional<Content> content =
          parts.containsKey(entry.getKey())
              ? Optional.empty()
              : contents.info(entry.getKey(), CALL);
      if (content.isPresent()) {
        parts.put(entry.getKey(), new Part(entry.getValue(), content.get()));
        content.get().labels().entrySet().stream()
            .filter(label -> label.getKey().startsWith(BlobKind.CHILD_LABEL))
            .sorted(Map.Entry.comparingByKey(BlobKind::compareLabels))
            .map(label -> Map.entry(label.getValue(), BlobKind.ofLabel(label.getKey())))
            .forEach(next::add);
      }
    }
    return parts;
  }

  /**
   * Whether another namespace had a blob before: then nothing was fetched, this one only got its
   * own name for it.
   */
  boolean wasElsewhere(String digest, Instant startedAt) throws ContainerdException {
    for (Namespace other : containerd.namespaces(CALL)) {
      if (!other.name().equals(namespace)) {
        Optional<Content> content = containerd.contents(other.name()).info(digest, CALL);
        if (content.isPresent() && content.get().createdAt().isBefore(startedAt)) {
          return true;
        }
      }
    }
    return false;
  }
}
