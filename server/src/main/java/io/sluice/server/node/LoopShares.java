package io.sluice.server.node;

import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.loop.LoopShare;

/** Divides the node's limits among its loops. */
final class LoopShares {
  private LoopShares() {}

  /** The share of each loop; all are equal, rounded up. */
  static LoopShare of(Settings settings) {
    int loops = settings.loops();
    boolean relays = !settings.staticPeers().isEmpty();
    int blocks = settings.transferBlocks() / loops;
    int relayBlocks = relays ? Math.max(1, blocks / Limits.RELAY_MEMORY_DIVISOR) : 1;
    return new LoopShare(
        share(settings.maxConnections(), loops),
        share(Limits.EXCHANGE_BUFFERS, loops),
        share(Limits.TRANSFERS, loops),
        (int) Limits.TRANSFER_BLOCK_BYTES,
        Math.max(1, blocks - relayBlocks),
        relays ? share(Limits.RELAYS, loops) : 1,
        relayBlocks,
        share(Limits.OPEN_BLOBS, loops),
        Limits.SOCKET_SEND_BUDGET_BYTES / loops);
  }

  private static int share(int limit, int loops) {
    return (limit + loops - 1) / loops;
  }
}
