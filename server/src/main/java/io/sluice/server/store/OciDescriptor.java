package io.sluice.server.store;

/**
 * A descriptor as it stands in a manifest or index; nothing about it is verified but the form of
 * its digest.
 *
 * @param digest the blob it names
 * @param mediaTypeOrNull as given
 * @param refNameOrNull annotation {@code org.opencontainers.image.ref.name}
 * @param imageNameOrNull annotation {@code io.containerd.image.name}, a full reference
 */
record OciDescriptor(
    Digest digest, String mediaTypeOrNull, String refNameOrNull, String imageNameOrNull) {
  /** The annotation of the OCI image specification for the name within a layout. */
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** The annotation that {@code ctr images export} writes. */
  static final String IMAGE_NAME = "io.containerd.image.name";
}
