package io.sluice.server.mirror;

/** Every limit of reading and writing containerd's mirror configuration. */
final class MirrorLimits {
  /** Longest file that is read, in bytes; a {@code hosts.toml} has some hundred. */
  static final int FILE_BYTES_MAX = 1 << 20;

  /** Most registries that are mirrored by name. */
  static final int REGISTRIES_MAX = 1000;

  /** Most mirrors of a registry; containerd asks one after the other. */
  static final int TARGETS_MAX = 16;

  /** For another configure or cleanup to end, in milliseconds. */
  static final long LOCK_WAIT_MS = 10_000;

  private MirrorLimits() {}
}
