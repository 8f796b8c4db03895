package io.sluice.server.pull;

import java.util.Map;

/**
 * A blob of an image that was pulled.
 *
 * @param kind {@code index}, {@code manifest}, {@code config}, {@code layer} or {@code blob}
 * @param digest such as {@code sha256:...}
 * @param sizeBytes its length
 * @param doneAfterNs from the pull's beginning until containerd had it; -1 if it had it before
 * @param sources bytes by source: a peer's {@code host:port}, or one of the names of this class;
 *     nothing for what was there before
 */
public record PulledBlob(
    String kind, String digest, long sizeBytes, long doneAfterNs, Map<String, Long> sources) {
  /** The source of what the node did not deliver. */
  public static final String UPSTREAM = "upstream";

  /** The source of what nobody can tell the source of. */
  public static final String UNKNOWN = "unknown";

  /** The sources do not change any more. */
  public PulledBlob {
    sources = Map.copyOf(sources);
  }

  /** Whether containerd had it before. */
  public boolean wasThere() {
    return doneAfterNs < 0;
  }
}
