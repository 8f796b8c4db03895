package io.sluice.containerd;

/**
 * What an image's name leads to.
 *
 * @param mediaType of an index or a manifest, OCI's or Docker's
 * @param digest such as {@code sha256:...}, unchecked
 * @param sizeBytes length of the document
 */
public record Descriptor(String mediaType, String digest, long sizeBytes) {}
