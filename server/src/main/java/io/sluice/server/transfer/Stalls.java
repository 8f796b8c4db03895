package io.sluice.server.transfer;

import io.sluice.server.metrics.AbortReason;

/**
 * Finds clients that do not take their bytes: a send that stalls is cancelled, so that its blocks
 * come back, and who has stopped altogether is broken off.
 */
final class Stalls {
  /** A send without progress for so long makes its client a slow one. */
  static final long STALL_NS = 200_000_000L;

  /** The same while others wait for a block. */
  static final long STALL_UNDER_PRESSURE_NS = 40_000_000L;

  /**
   * A composed response that is not sent for so long is broken off while others wait for a block.
   */
  static final long COMPOSED_STALL_UNDER_PRESSURE_NS = 200_000_000L;

  private final TransferTable table;
  private final BlockSupply supply;
  private final Convoys convoys;
  private final BlockSends sends;
  private final Endings endings;
  private final ClientProgress progress;

  Stalls(
      TransferTable table,
      BlockSupply supply,
      Convoys convoys,
      BlockSends sends,
      Endings endings,
      ClientProgress progress) {
    this.table = table;
    this.supply = supply;
    this.convoys = convoys;
    this.sends = sends;
    this.endings = endings;
    this.progress = progress;
  }

  /** Looks at all transfers. */
  void look(long nowNs) {
    boolean pressure = supply.isScarce();
    for (int i = 0; i < table.capacity(); i++) {
      Transfer transfer = table.get(i);
      if (transfer.active && !transfer.aborting) {
        look(transfer, pressure, nowNs);
      }
    }
  }

  private void look(Transfer transfer, boolean pressure, long nowNs) {
    long stallNs = pressure ? STALL_UNDER_PRESSURE_NS : STALL_NS;
    long ageNs = nowNs - transfer.startedNs;
    boolean composed = transfer.blob == null && !transfer.draining;
    if (pressure && composed && ageNs >= COMPOSED_STALL_UNDER_PRESSURE_NS) {
      endings.abort(transfer, AbortReason.SLOW_CLIENT);
      return;
    }
    if (transfer.sending && !transfer.cancelling && nowNs - transfer.sendSinceNs >= stallNs) {
      sends.cancel(transfer, nowNs);
    }
    if (!transfer.headSent && ageNs >= stallNs) {
      // What was read can be read again.
      transfer.source = BlockSupply.NONE;
      convoys.leave(transfer);
    }
    boolean blocked = transfer.headSent && (transfer.sending || transfer.polling);
    if (!blocked) {
      // It waits for the disk: that is not its client's fault.
      transfer.progressNs = nowNs;
    } else if (progress.hasStopped(transfer, nowNs)) {
      endings.abort(transfer, AbortReason.SLOW_CLIENT);
    }
  }
}
