package io.sluice.server.config;

/** What must hold among the settings. Each violation is one sentence with its remedy. */
final class SettingsRules {
  private SettingsRules() {}

  /**
   * Checks everything that a builder holds.
   *
   * @throws SettingsException for the first rule that is broken
   */
  static void check(Settings.Builder builder) {
    checkLoops(builder);
    checkTransferMemory(builder);
    checkConnections(builder);
    checkAddresses(builder);
    checkPeers(builder);
    DiscoveryRules.check(builder);
    checkTimeouts(builder);
  }

  /** How the operator wrote {@code setting}, or its flag with {@code value}. */
  static String spelled(Settings.Builder builder, Setting setting, Object value) {
    return builder.spelling.getOrDefault(setting, setting.flag() + " " + value);
  }

  private static void checkLoops(Settings.Builder builder) {
    if (builder.loops < 1 || builder.loops > Limits.LOOPS_MAX) {
      throw new SettingsException(
          spelled(builder, Setting.LOOPS, builder.loops)
              + ": a node runs 1 to "
              + Limits.LOOPS_MAX
              + " loops; choose a number in that range, or leave it out for one per CPU, four at"
              + " most.");
    }
  }

  private static void checkTransferMemory(Settings.Builder builder) {
    long bytes = builder.transferMemory.bytes();
    long leastBytes =
        builder.loops * Limits.TRANSFER_BLOCKS_PER_LOOP_MIN * Limits.TRANSFER_BLOCK_BYTES;
    String given = spelled(builder, Setting.TRANSFER_MEMORY, builder.transferMemory);
    if (bytes < leastBytes) {
      throw new SettingsException(
          given
              + ": "
              + builder.loops
              + (builder.loops == 1 ? " loop needs " : " loops need ")
              + new ByteSize(leastBytes)
              + ", two blocks of 512KiB each; raise "
              + Setting.TRANSFER_MEMORY.flag()
              + " to that, or lower "
              + Setting.LOOPS.flag()
              + ".");
    }
    if (bytes > Limits.TRANSFER_MEMORY_MAX_BYTES) {
      throw new SettingsException(
          given
              + ": the kernel registers at most "
              + new ByteSize(Limits.TRANSFER_MEMORY_MAX_BYTES)
              + " as one buffer; choose that or less.");
    }
  }

  private static void checkConnections(Settings.Builder builder) {
    String given = spelled(builder, Setting.MAX_CONNECTIONS, builder.maxConnections);
    if (builder.maxConnections < Limits.CONNECTIONS_MIN
        || builder.maxConnections > Limits.CONNECTIONS_MAX) {
      throw new SettingsException(
          given
              + ": a node holds "
              + Limits.CONNECTIONS_MIN
              + " to "
              + Limits.CONNECTIONS_MAX
              + " connections; choose a number in that range.");
    }
    long needed = builder.maxConnections + Limits.DESCRIPTORS_BESIDES_CONNECTIONS;
    if (needed > builder.descriptorLimit) {
      throw new SettingsException(
          given
              + ": that takes "
              + needed
              + " descriptors with blobs and reserve, and this process may open "
              + builder.descriptorLimit
              + "; raise the limit (ulimit -n, LimitNOFILE=) or choose fewer connections.");
    }
  }

  private static void checkAddresses(Settings.Builder builder) {
    checkPair(
        builder,
        Setting.REGISTRY_ADDR,
        builder.registryAddr,
        Setting.ROUTER_ADDR,
        builder.routerAddr);
    checkPair(
        builder,
        Setting.REGISTRY_ADDR,
        builder.registryAddr,
        Setting.METRICS_ADDR,
        builder.metricsAddr);
    checkPair(
        builder,
        Setting.ROUTER_ADDR,
        builder.routerAddr,
        Setting.METRICS_ADDR,
        builder.metricsAddr);
  }

  /** Refuses two addresses that get in each other's way. */
  static void checkPair(
      Settings.Builder builder, Setting first, HostPort one, Setting second, HostPort other) {
    if (one.collidesWith(other)) {
      throw new SettingsException(
          spelled(builder, second, other)
              + ": port "
              + other.port()
              + " is taken by "
              + spelled(builder, first, one)
              + "; give one of them another port.");
    }
  }

  private static void checkPeers(Settings.Builder builder) {
    if (builder.staticPeers.size() > Limits.STATIC_PEERS) {
      throw new SettingsException(
          Setting.STATIC_PEERS.flag()
              + ": "
              + builder.staticPeers.size()
              + " peers are given and at most "
              + Limits.STATIC_PEERS
              + " are asked; name fewer.");
    }
    for (HostPort peer : builder.staticPeers) {
      if (peer.isWildcard() || peer.port() == 0) {
        throw new SettingsException(
            spelled(builder, Setting.STATIC_PEERS, peer)
                + ": "
                + peer
                + " is no address to connect to; write host:port, for example 10.0.0.2:5000.");
      }
    }
  }

  private static void checkTimeouts(Settings.Builder builder) {
    checkTimeout(builder, Setting.HEADER_TIMEOUT, builder.headerTimeoutNs, Limits.TIMEOUT_MIN_NS);
    checkTimeout(builder, Setting.IDLE_TIMEOUT, builder.idleTimeoutNs, Limits.TIMEOUT_MIN_NS);
    checkTimeout(
        builder, Setting.PROGRESS_TIMEOUT, builder.progressTimeoutNs, Limits.TIMEOUT_MIN_NS);
    checkTimeout(
        builder, Setting.PEER_STALL_TIMEOUT, builder.peerStallTimeoutNs, Limits.TIMEOUT_MIN_NS);
    checkTimeout(builder, Setting.SHUTDOWN_TIMEOUT, builder.shutdownTimeoutNs, 0);
  }

  private static void checkTimeout(
      Settings.Builder builder, Setting setting, long timeoutNs, long leastNs) {
    if (timeoutNs < leastNs || timeoutNs > Limits.TIMEOUT_MAX_NS) {
      throw new SettingsException(
          spelled(builder, setting, Durations.format(timeoutNs))
              + ": out of range; choose "
              + Durations.format(leastNs)
              + " to "
              + Durations.format(Limits.TIMEOUT_MAX_NS)
              + ".");
    }
  }
}
