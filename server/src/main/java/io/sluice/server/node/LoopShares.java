package io.sluice.server.node;

import io.sluice.ring.IoUring;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.loop.LoopShare;

/** Divides the node's limits among its loops. */
final class LoopShares {
  private LoopShares() {}

  /** The share of each loop; all are equal, rounded up. */
  static LoopShare of(Settings settings) {
    int loops = settings.loops();
    boolean relays = settings.asksPeers();
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

  /**
   * Completion queue entries of each loop's ring: a completion for each connection and each block
   * fits, and one more for each that cancels or closes it.
   */
  static int completionEntries(Settings settings) {
    int inFlight = 2 * (settings.maxConnections() / settings.loops() + settings.transferBlocks());
    int entries = Integer.highestOneBit(Math.max(1, inFlight - 1)) << 1;
    return Math.clamp(entries, 2 * Limits.SUBMISSION_ENTRIES, IoUring.MAX_COMPLETION_ENTRIES);
  }

  private static int share(int limit, int loops) {
    return (limit + loops - 1) / loops;
  }
}
