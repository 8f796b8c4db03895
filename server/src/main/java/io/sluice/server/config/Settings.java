package io.sluice.server.config;

import io.sluice.server.log.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one node is to run; immutable, and checked as a whole before it exists.
 *
 * @param store where the blobs are
 * @param registryAddr where the registry listens
 * @param routerAddr where the peer-to-peer router listens
 * @param metricsAddr where metrics and probes are served
 * @param dataDir where the node keeps its identity, if anywhere
 * @param transferMemoryBytes memory of all transfer buffers, a multiple of {@link
 *     Limits#TRANSFER_BLOCK_BYTES} and at least two blocks for each loop
 * @param readMode how blobs are read from disk
 * @param loops event loops, 1 to {@link Limits#LOOPS_MAX}
 * @param maxConnections open client connections of the whole node
 * @param staticPeers registry addresses of nodes to ask for what is not here
 * @param discovery how nodes find each other, if they do
 * @param basicAuthFile where the credentials are that clients have to know, if any
 * @param adminTokenFile the token of {@code /admin/pull}, which does not exist without
 * @param headerTimeoutNs for a client to finish a request head
 * @param idleTimeoutNs for a connection without a request
 * @param progressTimeoutNs for a client that takes nothing of its response
 * @param peerStallTimeoutNs for a peer that sends nothing of a body; then another one goes on
 * @param shutdownTimeoutNs for what is in flight when the node is told to stop; 0 ends at once
 * @param logLevel least level that is logged
 */
public record Settings(
    StoreChoice store,
    HostPort registryAddr,
    HostPort routerAddr,
    HostPort metricsAddr,
    Optional<Path> dataDir,
    long transferMemoryBytes,
    ReadMode readMode,
    int loops,
    int maxConnections,
    List<HostPort> staticPeers,
    Discovery discovery,
    Optional<Path> basicAuthFile,
    Optional<Path> adminTokenFile,
    long headerTimeoutNs,
    long idleTimeoutNs,
    long progressTimeoutNs,
    long peerStallTimeoutNs,
    long shutdownTimeoutNs,
    Level logLevel) {

  /** A builder that holds the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Transfer buffers of the whole node. */
  public int transferBlocks() {
    return Math.toIntExact(transferMemoryBytes / Limits.TRANSFER_BLOCK_BYTES);
  }

  /** Whether there may be other nodes to ask for what is not here. */
  public boolean asksPeers() {
    return discovery.isOn() || !staticPeers.isEmpty();
  }

  /** Collects settings; {@link #build()} checks them. One thread may use a builder. */
  public static final class Builder {
    /** How the operator wrote a setting; a setting that is absent is named by its flag. */
    final Map<Setting, String> spelling = new EnumMap<>(Setting.class);

    StoreChoice store;
    HostPort registryAddr = new HostPort("", 5000);
    HostPort routerAddr = new HostPort("", 5001);
    HostPort metricsAddr = new HostPort("", 9090);
    Path dataDir;
    ByteSize transferMemory = new ByteSize(Limits.TRANSFER_MEMORY_BYTES);
    ReadMode readMode = ReadMode.AUTO;
    int loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, Limits.LOOPS_DEFAULT_MAX);

    /** 0 until set; the default depends on {@link #descriptorLimit}. */
    int maxConnections;

    boolean maxConnectionsGiven;
    List<HostPort> staticPeers = List.of();
    Discovery discovery = Discovery.OFF;
    Path basicAuthFile;
    Path adminTokenFile;
    long headerTimeoutNs = Limits.HEADER_TIMEOUT_NS;
    long idleTimeoutNs = Limits.IDLE_TIMEOUT_NS;
    long progressTimeoutNs = Limits.PROGRESS_TIMEOUT_NS;
    long peerStallTimeoutNs = Limits.PEER_STALL_NS;
    long shutdownTimeoutNs = Limits.SHUTDOWN_TIMEOUT_NS;
    Level logLevel = Level.INFO;
    long descriptorLimit = ProcessLimits.openFiles();

    private Builder() {}

    /** Where the blobs are; the default is {@link StoreChoice#detect}. */
    public Builder store(StoreChoice choice) {
      store = choice;
      return this;
    }

    /** Where the registry listens. */
    public Builder registryAddr(HostPort address) {
      registryAddr = address;
      return this;
    }

    /** Where the peer-to-peer router listens. */
    public Builder routerAddr(HostPort address) {
      routerAddr = address;
      return this;
    }

    /** Where metrics and probes are served. */
    public Builder metricsAddr(HostPort address) {
      metricsAddr = address;
      return this;
    }

    /** Where the node keeps its identity across restarts; null for nowhere. */
    public Builder dataDir(Path directory) {
      dataDir = directory;
      return this;
    }

    /** Memory of all transfer buffers; what does not fill a block is left unused. */
    public Builder transferMemory(ByteSize size) {
      transferMemory = size;
      return this;
    }

    /** How blobs are read from disk. */
    public Builder readMode(ReadMode mode) {
      readMode = mode;
      return this;
    }

    /** Event loops. */
    public Builder loops(int count) {
      loops = count;
      return this;
    }

    /** Open client connections of the whole node. */
    public Builder maxConnections(int count) {
      maxConnections = count;
      maxConnectionsGiven = true;
      return this;
    }

    /** Registry addresses of nodes to ask for what is not here. */
    public Builder staticPeers(List<HostPort> addresses) {
      staticPeers = List.copyOf(addresses);
      return this;
    }

    /** How nodes find each other. */
    public Builder discovery(Discovery choice) {
      discovery = choice;
      return this;
    }

    /** Where the credentials are that clients have to know; null for none. */
    public Builder basicAuthFile(Path fileOrDirectory) {
      basicAuthFile = fileOrDirectory;
      return this;
    }

    /** The token of {@code /admin/pull}; null for none. */
    public Builder adminTokenFile(Path file) {
      adminTokenFile = file;
      return this;
    }

    /** For a client to finish a request head. */
    public Builder headerTimeout(Duration timeout) {
      headerTimeoutNs = timeout.toNanos();
      return this;
    }

    /** For a connection without a request. */
    public Builder idleTimeout(Duration timeout) {
      idleTimeoutNs = timeout.toNanos();
      return this;
    }

    /** For a client that takes nothing of its response. */
    public Builder progressTimeout(Duration timeout) {
      progressTimeoutNs = timeout.toNanos();
      return this;
    }

    /** For a peer that sends nothing of a body. */
    public Builder peerStallTimeout(Duration timeout) {
      peerStallTimeoutNs = timeout.toNanos();
      return this;
    }

    /** For what is in flight when the node is told to stop. */
    public Builder shutdownTimeout(Duration timeout) {
      shutdownTimeoutNs = timeout.toNanos();
      return this;
    }

    /** Least level that is logged. */
    public Builder logLevel(Level level) {
      logLevel = level;
      return this;
    }

    /** Descriptors this process may have open, in place of what the kernel says; for tests. */
    Builder descriptorLimit(long count) {
      descriptorLimit = count;
      return this;
    }

    /**
     * Checks the settings against each other and against this process's limits.
     *
     * @throws SettingsException if no node could start with them
     */
    public Settings build() {
      if (!maxConnectionsGiven) {
        long affordable = descriptorLimit - Limits.DESCRIPTORS_BESIDES_CONNECTIONS;
        maxConnections =
            (int) Math.clamp(affordable, (long) Limits.CONNECTIONS_MIN, (long) Limits.CONNECTIONS);
      }
      SettingsRules.check(this);
      long blocks = transferMemory.bytes() / Limits.TRANSFER_BLOCK_BYTES;
      return new Settings(
          store != null ? store : StoreChoice.detect(System::getenv),
          registryAddr,
          routerAddr,
          metricsAddr,
          Optional.ofNullable(dataDir),
          blocks * Limits.TRANSFER_BLOCK_BYTES,
          readMode,
          loops,
          maxConnections,
          staticPeers,
          discovery,
          Optional.ofNullable(basicAuthFile),
          Optional.ofNullable(adminTokenFile),
          headerTimeoutNs,
          idleTimeoutNs,
          progressTimeoutNs,
          peerStallTimeoutNs,
          shutdownTimeoutNs,
          logLevel);
    }
  }
}
