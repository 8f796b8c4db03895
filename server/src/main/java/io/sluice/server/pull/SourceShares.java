package io.sluice.server.pull;

import io.sluice.server.metrics.SourceReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Divides blobs among their sources, by what the node delivered between two reports. */
final class SourceShares {
  private final Optional<SourceReport> before;
  private final Optional<SourceReport> after;

  SourceShares(Optional<SourceReport> before, Optional<SourceReport> after) {
    this.before = before;
    this.after = after;
  }

  /** Whether the node has delivered anything of a blob. */
  boolean isDelivered(String digest) {
    return !delivered(digest).isEmpty();
  }

  /** Bytes by source; what is not the node's is upstream's, if the node remembers enough to say. */
  Map<String, Long> of(String digest, long sizeBytes) {
    Map<String, Long> shares = new LinkedHashMap<>();
    long rest = sizeBytes;
    for (Map.Entry<String, Long> source : delivered(digest).entrySet()) {
      // What is sent twice counts once.
      long bytes = Math.min(rest, source.getValue());
      if (bytes > 0) {
        shares.put(source.getKey(), bytes);
      }
      rest -= bytes;
    }
    if (rest > 0) {
      boolean known =
          before.isPresent()
              && after.isPresent()
              && before.get().forgotten() == after.get().forgotten();
      shares.put(known ? PulledBlob.UPSTREAM : PulledBlob.UNKNOWN, rest);
    }
    return shares;
  }

  private Map<String, Long> delivered(String digest) {
    return before.isPresent() && after.isPresent()
        ? after.get().since(before.get(), digest)
        : Map.of();
  }
}
