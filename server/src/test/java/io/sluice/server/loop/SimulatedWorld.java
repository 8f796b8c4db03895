package io.sluice.server.loop;

import java.util.List;

/**
 * What there is to ask for in a simulated run.
 *
 * @param localBlobs blobs of this node
 * @param manifests manifests of this node; the first two have the tags one and two
 * @param remoteBlobs blobs and manifests that only peers have; empty when there are no peers
 * @param peersAreGood whether every peer answers well
 */
record SimulatedWorld(
    List<SimulatedBlob> localBlobs,
    List<SimulatedBlob> manifests,
    List<SimulatedBlob> remoteBlobs,
    boolean peersAreGood) {}
