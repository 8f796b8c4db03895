package io.sluice.containerd;

import java.time.Instant;
import java.util.Map;

/**
 * A name in containerd's image store.
 *
 * @param name usually a full reference such as {@code docker.io/library/debian:12}; with CRI also
 *     {@code name@digest} and a bare {@code sha256:...}. Unchecked: any tool may write any name.
 * @param target what it leads to
 * @param labels its labels, not to be changed
 * @param createdAt when the name appeared; {@link Instant#EPOCH} if not said
 * @param updatedAt when it last changed; {@link Instant#EPOCH} if not said
 */
public record Image(
    String name,
    Descriptor target,
    Map<String, String> labels,
    Instant createdAt,
    Instant updatedAt) {}
