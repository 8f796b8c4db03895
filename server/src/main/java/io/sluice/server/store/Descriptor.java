package io.sluice.server.store;

/**
 * What a store says about a blob that it has.
 *
 * @param digest its content digest
 * @param sizeBytes length of its file
 * @param mediaType from the manifest or index that refers to it, otherwise sniffed from its content
 */
public record Descriptor(Digest digest, long sizeBytes, String mediaType) {
  /** Whether {@code /v2/<name>/manifests/} may answer with this blob. */
  public boolean isManifest() {
    return MediaType.isManifest(mediaType);
  }
}
