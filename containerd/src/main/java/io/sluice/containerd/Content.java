package io.sluice.containerd;

import java.time.Instant;
import java.util.Map;

/**
 * A blob that containerd has in full.
 *
 * @param digest such as {@code sha256:...}, unchecked
 * @param sizeBytes its length
 * @param labels its labels in this namespace, not to be changed; {@code
 *     containerd.io/distribution.source.REGISTRY} names the repositories it came from
 * @param createdAt when the namespace got it; {@link Instant#EPOCH} if not said
 * @param updatedAt when its labels last changed; {@link Instant#EPOCH} if not said
 */
public record Content(
    String digest,
    long sizeBytes,
    Map<String, String> labels,
    Instant createdAt,
    Instant updatedAt) {}
