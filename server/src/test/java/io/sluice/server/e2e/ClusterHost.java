package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A host of a cluster: its own network, its own containerd, its own node, which knows nothing of
 * others but the name that all nodes are behind.
 */
final class ClusterHost implements AutoCloseable {
  /** The name that stands for all nodes, as that of a headless service does. */
  static final String NAME = "nodes.sluice.test";

  /** Where containerd asks: the node of its host. */
  static final String MIRROR = "http://127.0.0.1:5000";

  /** Mounts its first argument over the hosts file, and becomes the rest. */
  private static final String WITH_NAMES = "mount --bind \"$1\" /etc/hosts; shift; exec \"$@\"";

  private final Bridge.Host network;
  private final Path directory = Workspace.scratch("host");
  private final Path names;
  private final ContainerdHost containerd;
  private SluiceProcess node;

  private ClusterHost(Bridge.Host network, Path names, ContainerdSeries series) {
    this.network = network;
    this.names = names;
    this.containerd = ContainerdHost.start(network, series);
    containerd.mirror("sluice.test", MIRROR, MIRROR);
  }

  /**
   * A running host.
   *
   * @param names the hosts file that all hosts resolve names by
   */
  static ClusterHost start(Bridge.Host network, Path names, ContainerdSeries series) {
    ClusterHost host = new ClusterHost(network, names, series);
    host.startNode();
    return host;
  }

  /** Starts the node, with the identity that it had before. */
  void startNode() {
    node =
        SluiceProcess.serving(containerd)
            .with("--bootstrap-kind", "dns", "--dns-bootstrap-domain", NAME)
            .with("--data-dir", directory.resolve("data").toString())
            .onHost(network.address(), this::enter)
            .start();
  }

  /** Undoes what was done to it; of its containerd and its node, what has ended starts again. */
  void recover() {
    network.unthrottle();
    network.plug();
    containerd.recover();
    if (node.isAlive()) {
      node.thaw();
    } else {
      node.close();
      startNode();
    }
  }

  /** What its containerd, its node and its router say about a pull that failed. */
  String account() {
    return String.join(
        "\n",
        containerd.pullLog().tail(),
        node.logTail(),
        node.metrics().under("sluice_router_").toString());
  }

  private List<String> enter(List<String> command) {
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec", WITH_NAMES));
    words.addAll(List.of("sh", names.toString()));
    words.addAll(command);
    return network.enter(words);
  }

  /** Tells all hosts that read {@code names} of an address behind {@link #NAME}. */
  static void addName(Path names, Bridge.Host network) {
    try {
      String before = Files.exists(names) ? Files.readString(names) : "127.0.0.1 localhost\n";
      Files.writeString(names, before + network.address() + " " + NAME + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Bridge.Host network() {
    return network;
  }

  ContainerdHost containerd() {
    return containerd;
  }

  SluiceProcess node() {
    return node;
  }

  /** Whether the node serves a blob of its own to a peer. */
  boolean holds(String repository, String digest) {
    return node.peerGet(blobPath(repository, digest)).statusCode() == 200;
  }

  /** Whether the node would serve a blob, be it of its own or found at a peer's. */
  boolean finds(String repository, String digest) {
    return node.registryHead(blobPath(repository, digest)).statusCode() == 200;
  }

  private static String blobPath(String repository, String digest) {
    return "/v2/" + repository + "/blobs/" + digest + "?ns=sluice.test";
  }

  /** Does something that ends containerd, and waits until the node has connected to the next. */
  void awaitContainerdAfter(Runnable restart) {
    double before = node.metrics().sum("sluice_containerd_connections_total");
    restart.run();
    Patience.until(
        network.address() + " hears its containerd again",
        Cluster.PATIENCE,
        () -> {
          NodeMetrics now = node.metrics();
          return now.sum("sluice_containerd_connections_total") > before
              && now.sum("sluice_containerd_connected") == 1;
        });
  }

  /** Body bytes that the node has sent to whoever asked. */
  long servedBytes() {
    return (long) node.metrics().sum("sluice_served_bytes_total");
  }

  @Override
  public void close() {
    if (node != null) {
      node.close();
    }
    containerd.close();
    Workspace.delete(directory);
  }
}
