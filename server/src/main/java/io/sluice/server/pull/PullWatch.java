package io.sluice.server.pull;

import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.Content;
import io.sluice.containerd.Contents;
import io.sluice.containerd.Filter;
import io.sluice.containerd.Ingest;
import io.sluice.server.store.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches containerd pull one image: what it is writing, and what it has. The image's parts become
 * known with its manifest, by the labels that containerd puts on it. For one thread.
 */
final class PullWatch {
  private static final Duration CALL = Duration.ofNanos(PullLimits.CALL_NS);
  private static final String SOURCE_LABEL = "containerd.io/distribution.source.";

  private final Contents contents;
  private final PullReference reference;
  private final Instant startedAt;
  private final Map<String, BlobProgress> blobs = new LinkedHashMap<>();

  /** The manifest has come and names its layers: what is no part of it belongs to others. */
  private boolean closed;

  PullWatch(Contents contents, PullReference reference, Instant startedAt) {
    this.contents = contents;
    this.reference = reference;
    this.startedAt = startedAt;
  }

  /** Looks, and says what is known now. */
  List<BlobProgress> look() throws ContainerdException {
    if (!closed) {
      findManifest();
    }
    Map<String, Ingest> written = new HashMap<>();
    for (Ingest ingest : contents.ingests(List.of(), CALL)) {
      String kind = BlobKind.ofIngestOrNull(ingest.ref());
      if (kind != null) {
        note(kind, ingest.ref().substring(kind.length() + 1), written, ingest);
      }
    }
    findDone(written);
    return seen();
  }

  /** What was seen of the image so far. */
  List<BlobProgress> seen() {
    return List.copyOf(blobs.values());
  }

  /** A manifest that has come since, from this repository, and its parts. */
  private void findManifest() throws ContainerdException {
    String label = "labels." + '"' + SOURCE_LABEL + reference.registry() + '"';
    // The label names all repositories that have it.
    String repository = reference.repository().replace(".", "\\.");
    List<Content> manifests = new ArrayList<>();
    contents.list(
        List.of(Filter.matches(label, "(^|,)" + repository + "(,|$)")),
        CALL,
        content -> {
          boolean isNew =
              content.createdAt().isAfter(startedAt) || content.updatedAt().isAfter(startedAt);
          if (isNew && hasLayers(content) && manifests.size() < PullLimits.BLOBS_MAX) {
            manifests.add(content);
          }
        });
    if (manifests.isEmpty()) {
      return;
    }
    closed = true;
    blobs.clear();
    for (Content manifest : manifests) {
      add(BlobKind.MANIFEST, manifest.digest(), manifest.sizeBytes());
      manifest.labels().entrySet().stream()
          .filter(entry -> entry.getKey().startsWith(BlobKind.CHILD_LABEL))
          .sorted(Map.Entry.comparingByKey(BlobKind::compareLabels))
          .forEach(entry -> add(BlobKind.ofLabel(entry.getKey()), entry.getValue(), 0));
    }
  }

  private static boolean hasLayers(Content content) {
    return content.labels().keySet().stream()
        .anyMatch(label -> label.startsWith(BlobKind.CHILD_LABEL + ".l."));
  }

  private void add(String kind, String digest, long totalBytes) {
    if (blobs.size() < PullLimits.BLOBS_MAX && Digest.tryParse(digest).isPresent()) {
      blobs.putIfAbsent(digest, new BlobProgress(kind, digest, 0, totalBytes, false));
    }
  }

  private void note(String kind, String digest, Map<String, Ingest> written, Ingest ingest) {
    if (!closed) {
      add(kind, digest, 0);
    }
    BlobProgress known = blobs.get(digest);
    if (known != null) {
      written.put(digest, ingest);
      blobs.put(
          digest,
          new BlobProgress(known.kind(), digest, ingest.offsetBytes(), ingest.totalBytes(), false));
    }
  }

  /** What is not being written may be there. */
  private void findDone(Map<String, Ingest> written) throws ContainerdException {
    List<String> filters = new ArrayList<>();
    for (BlobProgress blob : blobs.values()) {
      if (!blob.done() && !written.containsKey(blob.digest())) {
        filters.add(Filter.is("digest", blob.digest()));
      }
    }
    if (filters.isEmpty()) {
      return;
    }
    contents.list(
        filters,
        CALL,
        content -> {
          BlobProgress known = blobs.get(content.digest());
          if (known != null) {
            long size = content.sizeBytes();
            blobs.put(
                content.digest(),
                new BlobProgress(known.kind(), content.digest(), size, size, true));
          }
        });
  }
}
