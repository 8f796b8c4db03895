/**
 * Blobs and manifests of other nodes: asks a peer over HTTP and passes its answer on while it
 * arrives. Belongs to one event loop, like {@code transfer}.
 */
package io.sluice.server.relay;
