package io.sluice.server.store;

/**
 * How a store is doing that learns its images from a runtime.
 *
 * @param connected whether the runtime answers
 * @param readiness whether its images have been learnt, at least once since the start; and how it
 *     is, with the remedy where one is needed
 * @param images that are served
 * @param hiddenImages that a filter hides, or whose digest is of an unknown kind
 * @param blobs that are served
 * @param waitingBlobs that no image refers to yet
 * @param synchronisations times that all images were listed
 * @param connections times that the runtime was connected to
 * @param scans times that the content directory was listed
 * @param skippedManifests manifests that were too large or malformed
 */
public record SourceStatus(
    boolean connected,
    Readiness readiness,
    int images,
    int hiddenImages,
    int blobs,
    int waitingBlobs,
    long synchronisations,
    long connections,
    long scans,
    long skippedManifests) {}
