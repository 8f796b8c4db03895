package io.sluice.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Where the node's blobs are. */
public sealed interface StoreChoice {
  /** Where containerd listens unless told otherwise. */
  Path CONTAINERD_SOCKET = Path.of("/run/containerd/containerd.sock");

  /** Where containerd keeps content unless told otherwise. */
  Path CONTAINERD_CONTENT = Path.of("/var/lib/containerd/io.containerd.content.v1.content");

  /** The namespace of Kubernetes' images. */
  String CONTAINERD_NAMESPACE = "k8s.io";

  /**
   * What containerd has; its content directory is read in place.
   *
   * @param socketPath the Unix socket of containerd's API
   * @param contentPath the root of its content plugin, above {@code blobs}
   * @param namespaces whose images are shared, at least one
   * @param filter which of their images are
   */
  record Containerd(Path socketPath, Path contentPath, List<String> namespaces, ImageFilter filter)
      implements StoreChoice {
    /** All images of Kubernetes. */
    public Containerd(Path socketPath, Path contentPath) {
      this(socketPath, contentPath, List.of(CONTAINERD_NAMESPACE), ImageFilter.NONE);
    }

    @Override
    public String toString() {
      return "containerd";
    }
  }

  /**
   * An OCI image layout.
   *
   * @param directory where {@code oci-layout} and {@code index.json} are
   */
  record OciLayout(Path directory) implements StoreChoice {
    @Override
    public String toString() {
      return "oci:" + directory;
    }
  }

  /** Which images this node has to do with; all of those of an OCI layout. */
  default ImageFilter imageFilter() {
    return this instanceof Containerd containerd ? containerd.filter() : ImageFilter.NONE;
  }

  /** The containerd of this machine, at its usual places. */
  static Containerd containerd() {
    return new Containerd(CONTAINERD_SOCKET, CONTAINERD_CONTENT);
  }

  /**
   * The default: containerd where its socket exists, otherwise an OCI layout under the user's data
   * directory (XDG base directory specification).
   *
   * @param environment gives the value of a variable, or null
   * @throws SettingsException if there is neither containerd nor a home directory
   */
  static StoreChoice detect(UnaryOperator<String> environment) {
    return detect(CONTAINERD_SOCKET, environment);
  }

  /** As {@link #detect(UnaryOperator)}, with containerd's socket elsewhere. */
  static StoreChoice detect(Path containerdSocket, UnaryOperator<String> environment) {
    if (Files.exists(containerdSocket)) {
      return new Containerd(containerdSocket, CONTAINERD_CONTENT);
    }
    String dataHome = environment.apply("XDG_DATA_HOME");
    // The specification wants relative values ignored.
    if (dataHome != null && dataHome.startsWith("/")) {
      return new OciLayout(Path.of(dataHome, "sluice"));
    }
    String home = environment.apply("HOME");
    if (home != null && home.startsWith("/")) {
      return new OciLayout(Path.of(home, ".local", "share", "sluice"));
    }
    throw new SettingsException(
        "--store is not given, "
            + containerdSocket
            + " does not exist, and neither XDG_DATA_HOME nor HOME says where data may go;"
            + " give --store oci:PATH or --store containerd.");
  }
}
