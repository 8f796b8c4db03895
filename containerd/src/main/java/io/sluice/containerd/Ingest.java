package io.sluice.containerd;

import java.time.Instant;

/**
 * A blob that containerd is writing.
 *
 * @param ref the writer's name for it, such as {@code layer-sha256:...}
 * @param offsetBytes how much is there
 * @param totalBytes how long it will be; zero if not known
 * @param expectedDigest what it should become; empty if not known, as is usual
 * @param startedAt when it began; {@link Instant#EPOCH} if not said
 * @param updatedAt when it last grew; {@link Instant#EPOCH} if not said
 */
public record Ingest(
    String ref,
    long offsetBytes,
    long totalBytes,
    String expectedDigest,
    Instant startedAt,
    Instant updatedAt) {}
