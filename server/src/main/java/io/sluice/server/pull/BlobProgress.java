package io.sluice.server.pull;

/**
 * How far containerd has got with one blob of an image.
 *
 * @param kind {@code index}, {@code manifest}, {@code config}, {@code layer} or {@code blob}
 * @param digest such as {@code sha256:...}
 * @param offsetBytes how much it has
 * @param totalBytes how long the blob is; 0 while that is not known
 * @param done whether it has all of it
 */
public record BlobProgress(
    String kind, String digest, long offsetBytes, long totalBytes, boolean done) {}
