package io.sluice.server.e2e;

import java.nio.file.Path;

/** A containerd's configuration, in the form that every series since 1.6 understands. */
final class ContainerdToml {
  /** Plugins that touch directories outside of ours, or that a pull does not need. */
  private static final String CONFIGURATION =
      """
      version = 2
      disabled_plugins = [
        %s
        "io.containerd.internal.v1.opt",
        "io.containerd.internal.v1.restart",
        "io.containerd.nri.v1.nri",
        "io.containerd.snapshotter.v1.aufs",
        "io.containerd.snapshotter.v1.btrfs",
        "io.containerd.snapshotter.v1.devmapper",
        "io.containerd.snapshotter.v1.zfs",
      ]
      """;

  /** The plugin that Kubernetes asks, by its names since 1.6. */
  private static final String WITHOUT_CRI =
      """
      "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime",\
      """;

  /** Mirrors as for {@code ctr}; nothing of the host's own. */
  private static final String CRI =
      """

      [plugins."io.containerd.grpc.v1.cri"]
        stream_server_port = "0"
        [plugins."io.containerd.grpc.v1.cri".cni]
          conf_dir = "%1$s/cni"
        [plugins."io.containerd.grpc.v1.cri".containerd]
          snapshotter = "%2$s"
        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = "%1$s/certs.d"
      """;

  private ContainerdToml() {}

  /** For a daemon that only {@code ctr} asks. */
  static String plain() {
    return CONFIGURATION.formatted(WITHOUT_CRI);
  }

  /** For a daemon that the kubelet could ask, which has {@code certs.d} in {@code directory}. */
  static String withCri(Path directory, String snapshotter) {
    return CONFIGURATION.formatted("") + CRI.formatted(directory, snapshotter);
  }
}
