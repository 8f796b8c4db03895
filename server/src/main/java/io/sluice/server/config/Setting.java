package io.sluice.server.config;

import io.sluice.routing.RouterSettings;
import java.util.Locale;

/**
 * What an operator can set. The name of the constant is the environment variable; the flag is the
 * same in lower case with dashes. Names and meanings are Spegel's where Spegel has them.
 */
public enum Setting {
  /** {@link Settings#store()}. */
  STORE(
      "CHOICE",
      "containerd where its socket exists, otherwise oci:DIRECTORY under the user's data directory",
      "Where blobs are: containerd, or oci:PATH for an OCI image layout."),
  /** {@link Settings#registryAddr()}. */
  REGISTRY_ADDR("ADDRESS", ":5000", "Where the registry listens."),
  /** {@link Settings#routerAddr()}. */
  ROUTER_ADDR("ADDRESS", ":5001", "Where the peer-to-peer router listens."),
  /** {@link Settings#metricsAddr()}. */
  METRICS_ADDR("ADDRESS", ":9090", "Where metrics and probes are served."),
  /** {@link StoreChoice.Containerd#socketPath()}. */
  CONTAINERD_SOCK(
      "PATH", StoreChoice.CONTAINERD_SOCKET.toString(), "The socket of containerd's API."),
  /** {@link StoreChoice.Containerd#contentPath()}. */
  CONTAINERD_CONTENT_PATH(
      "PATH",
      StoreChoice.CONTAINERD_CONTENT.toString(),
      "The directory of containerd's content store."),
  /** {@link StoreChoice.Containerd#namespaces()}. */
  CONTAINERD_NAMESPACE(
      "NAME...",
      StoreChoice.CONTAINERD_NAMESPACE,
      "The namespaces of containerd whose images are shared, the most important one first."),
  /** {@link ImageFilter#registries()}. */
  MIRRORED_REGISTRIES(
      "REGISTRY...", "all", "The only registries whose images are shared: docker.io, or URLs."),
  /** {@link ImageFilter#exclusions()}. */
  REGISTRY_FILTERS(
      "REGEX...",
      "none",
      "Images that are not shared: what one of these expressions finds in"
          + " registry/repository[:tag]."),
  /** {@link Settings#dataDir()}. */
  DATA_DIR("PATH", "none", "Where the node keeps its identity across restarts."),
  /** {@link Settings#transferMemoryBytes()}. */
  TRANSFER_MEMORY(
      "SIZE",
      new ByteSize(Limits.TRANSFER_MEMORY_BYTES).toString(),
      "Memory for transfers, in blocks of 512 KiB, mapped once at start."),
  /** {@link Settings#readMode()}. */
  READ_MODE(
      "MODE",
      "auto",
      "How blobs are read: auto (what is resident from the page cache, the rest past it), direct,"
          + " dontcache or buffered."),
  /** {@link Settings#loops()}. */
  LOOPS(
      "COUNT",
      "available CPUs, at most " + Limits.LOOPS_DEFAULT_MAX,
      "Event loops; each has its own thread and ring."),
  /** {@link Settings#maxConnections()}. */
  MAX_CONNECTIONS(
      "COUNT",
      Limits.CONNECTIONS + ", fewer where descriptors are short",
      "Open client connections; at the limit, accepting pauses."),
  /** {@link Settings#staticPeers()}. */
  STATIC_PEERS(
      "ADDRESSES",
      "none",
      "Registry addresses (host:port, comma-separated) of nodes to ask for what is not here."),
  /** {@link Discovery#kind()}. */
  BOOTSTRAP_KIND(
      "KIND",
      "none, which is no discovery: only static peers are asked",
      "Where the first peers of the peer-to-peer router are found: static, dns or http."),
  /** {@link Discovery#staticPeers()}. */
  STATIC_BOOTSTRAP_PEERS(
      "ADDRESSES",
      "none",
      "For static: multiaddresses, such as /ip4/10.0.0.2/tcp/5001/p2p/12D3Koo..., comma-separated;"
          + " id and port may be missing."),
  /** {@link Discovery#dnsDomain()}. */
  DNS_BOOTSTRAP_DOMAIN(
      "NAME", "none", "For dns: a name with an address for each node, as of a headless service."),
  /** {@link Discovery#httpPeer()}. */
  HTTP_BOOTSTRAP_PEER(
      "URL", "none", "For http: where a node tells of itself; /id is added to a bare address."),
  /** {@link Discovery#httpAddr()}. */
  HTTP_BOOTSTRAP_ADDR(
      "ADDRESS", "none", "For http: where this node tells others of itself, at /id."),
  /** {@link Discovery#pskFile()}. */
  PSK_FILE(
      "PATH",
      "none, a public network",
      "The key of a private network (swarm.key of libp2p): nodes without it are strangers."),
  /** {@link Discovery#protocolPrefix()}. */
  PROTOCOL_PREFIX(
      "PREFIX",
      RouterSettings.PROTOCOL_PREFIX,
      "What the name of the routing protocol begins with; the same on all nodes."),
  /** {@link Discovery#zone()}. */
  ZONE("NAME", "none", "The part of the cluster that this node is in; peers there come first."),
  /** {@link Settings#basicAuthFile()}. */
  BASIC_AUTH_FILE(
      "PATH",
      BasicAuth.PLACE + " where it exists, otherwise nobody is asked for credentials",
      "What clients and peers have to know: a file with user:password, or a directory with the"
          + " files username and password."),
  /** {@link Settings#adminTokenFile()}. */
  ADMIN_TOKEN_FILE(
      "PATH",
      "none, nothing can be asked for",
      "The token with which images are asked for at /admin/pull of the metrics port."),
  /** {@link Settings#headerTimeoutNs()}. */
  HEADER_TIMEOUT(
      "DURATION",
      Durations.format(Limits.HEADER_TIMEOUT_NS),
      "For a client to finish a request head."),
  /** {@link Settings#idleTimeoutNs()}. */
  IDLE_TIMEOUT(
      "DURATION", Durations.format(Limits.IDLE_TIMEOUT_NS), "For a connection without a request."),
  /** {@link Settings#progressTimeoutNs()}. */
  PROGRESS_TIMEOUT(
      "DURATION",
      Durations.format(Limits.PROGRESS_TIMEOUT_NS),
      "For a client that takes nothing of its response."),
  /** {@link Settings#peerStallTimeoutNs()}. */
  PEER_STALL_TIMEOUT(
      "DURATION",
      Durations.format(Limits.PEER_STALL_NS),
      "For a peer that sends nothing of a blob; then another one goes on where it stopped."),
  /** {@link Settings#shutdownTimeoutNs()}. */
  SHUTDOWN_TIMEOUT(
      "DURATION",
      Durations.format(Limits.SHUTDOWN_TIMEOUT_NS),
      "For what is in flight when the node is told to stop."),
  /** {@link Settings#logLevel()}. */
  LOG_LEVEL("LEVEL", "INFO", "Least level that is logged: DEBUG, INFO, WARN or ERROR.");

  private final String valueName;
  private final String defaultText;
  private final String description;

  Setting(String valueName, String defaultText, String description) {
    this.valueName = valueName;
    this.defaultText = defaultText;
    this.description = description;
  }

  /** The flag, such as {@code --registry-addr}. */
  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The environment variable, such as {@code REGISTRY_ADDR}. */
  public String environmentVariable() {
    return name();
  }

  /** Whether several values may follow the flag; what is read of them is a line for each. */
  public boolean isList() {
    return switch (this) {
      case CONTAINERD_NAMESPACE, MIRRORED_REGISTRIES, REGISTRY_FILTERS -> true;
      default -> false;
    };
  }

  /** What the value is called in the usage text. */
  public String valueName() {
    return valueName;
  }

  /** What holds when nothing is set, in words. */
  public String defaultText() {
    return defaultText;
  }

  /** One sentence for the usage text. */
  public String description() {
    return description;
  }
}
