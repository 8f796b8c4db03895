package io.sluice.server.transfer;

import io.sluice.server.metrics.LoopMetrics;

/**
 * How transfers end: when all bytes are with the kernel and few are left there, or early, as soon
 * as nothing is in flight. Either way blocks, send buffer, blob and slot go back before the
 * listener hears of it.
 */
final class Endings {
  private final TransferTable table;
  private final TransferBlocks blocks;
  private final Convoys convoys;
  private final BlockSends sends;
  private final ResidentSends residentSends;
  private final SocketPolls polls;
  private final ClientPace pace;
  private final OpenBlobs blobs;
  private final TransferListener listener;
  private final LoopMetrics metrics;
  private long nowNs;

  Endings(
      TransferTable table,
      TransferBlocks blocks,
      Convoys convoys,
      BlockSends sends,
      ResidentSends residentSends,
      SocketPolls polls,
      ClientPace pace,
      OpenBlobs blobs,
      TransferListener listener,
      LoopMetrics metrics) {
    this.table = table;
    this.blocks = blocks;
    this.convoys = convoys;
    this.sends = sends;
    this.residentSends = residentSends;
    this.polls = polls;
    this.pace = pace;
    this.blobs = blobs;
    this.listener = listener;
    this.metrics = metrics;
  }

  /** The time for what follows. */
  void now(long now) {
    nowNs = now;
  }

  /**
   * All bytes are with the kernel. A grant goes back to the budget only when the kernel's memory
   * does: a client that reads no more would otherwise keep it for as long as its connection lives.
   */
  void complete(Transfer transfer) {
    dropBlocks(transfer);
    if (pace.isDrained(transfer)) {
      finish(transfer);
    } else {
      transfer.draining = true;
      polls.await(transfer);
    }
  }

  /** A transfer has come to its end. */
  void finish(Transfer transfer) {
    metrics.transferCompleted(nowNs - transfer.startedNs, transfer.handedBytes);
    int requester = transfer.requester;
    free(transfer);
    listener.onTransferComplete(requester);
  }

  /** Ends a transfer early. */
  void abort(Transfer transfer, int reason) {
    if (transfer.aborting) {
      return;
    }
    transfer.aborting = true;
    transfer.abortReason = reason;
    residentSends.forget(transfer);
    if (transfer.sending && !transfer.cancelling) {
      sends.cancel(transfer, nowNs);
    }
    if (transfer.polling) {
      polls.cancel(transfer);
    }
    dropBlocks(transfer);
    endIfQuiet(transfer);
  }

  /** Called whenever something that was in flight for an aborted transfer has ended. */
  void endIfQuiet(Transfer transfer) {
    if (transfer.sending || transfer.polling) {
      return;
    }
    metrics.transferAborted(transfer.abortReason);
    int requester = transfer.requester;
    int reason = transfer.abortReason;
    free(transfer);
    listener.onTransferAborted(requester, reason);
  }

  private void free(Transfer transfer) {
    pace.end(transfer);
    if (transfer.blob != null) {
      if (transfer.local) {
        metrics.deliveredFromStore(transfer.blob.digest(), transfer.handedBytes);
      }
      blobs.release(transfer.blob, nowNs);
    }
    table.free(transfer);
  }

  /** Needs no block any more; one that the kernel has follows when it is done. */
  private void dropBlocks(Transfer transfer) {
    convoys.leave(transfer);
    if (transfer.ownBlock >= 0) {
      blocks.discard(transfer.ownBlock);
      transfer.ownBlock = BlockSupply.NONE;
      convoys.settle();
    }
  }
}
