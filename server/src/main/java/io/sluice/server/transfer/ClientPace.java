package io.sluice.server.transfer;

/**
 * How fast clients are, and what they get accordingly: a client that stalls is read for in small
 * pieces until it has caught up.
 */
final class ClientPace {
  /** Smallest read for a slow client. */
  static final int SLOW_READ_BYTES = 64 * 1024;

  /** A slow client whose socket takes bytes again after less than this has caught up. */
  static final long CAUGHT_UP_NS = 50_000_000L;

  /**
   * The same while those who keep up could not be read ahead for if there were one more of them. A
   * third of the least send buffer in this time is 3 MB/s.
   */
  static final long CAUGHT_UP_CROWDED_NS = 10_000_000L;

  private final TransferTable table;
  private final SendBuffers sendBuffers;
  private final int blockBytes;

  ClientPace(TransferTable table, SendBuffers sendBuffers, int blockBytes) {
    this.table = table;
    this.sendBuffers = sendBuffers;
    this.blockBytes = blockBytes;
  }

  /** A transfer begins: at full pace. */
  void begin(Transfer transfer, long bytes) {
    transfer.readBytes = blockBytes;
    transfer.grantedSendBuffer = sendBuffers.grant(transfer.fd, bytes, table.sharers());
  }

  /** All bytes are with the kernel: whether few enough are left there for the transfer to end. */
  boolean isDrained(Transfer transfer) {
    return sendBuffers.drained(transfer.fd, transfer.grantedSendBuffer);
  }

  /** A transfer has ended. */
  void end(Transfer transfer) {
    sendBuffers.giveBack(transfer.fd, transfer.grantedSendBuffer);
  }

  /** A block has been sent in full. */
  void onBlockSent(Transfer transfer) {
    if (transfer.slow) {
      transfer.readBytes = Math.min(transfer.readBytes * 2, blockBytes);
    } else {
      transfer.grantedSendBuffer =
          sendBuffers.rebalance(transfer.fd, transfer.grantedSendBuffer, table.sharers());
    }
  }

  /**
   * The client does not keep up; its socket took {@code sent} bytes last. A long queue is of no use
   * to it, and others are sent to in small pieces if all share the budget.
   */
  void onStall(Transfer transfer, int sent, long nowNs) {
    table.slow(transfer, true);
    sendBuffers.shrink(transfer.fd, transfer.grantedSendBuffer);
    transfer.pollSinceNs = nowNs;
    int fitting = (sent + Transfers.ALIGNMENT - 1) & -Transfers.ALIGNMENT;
    transfer.readBytes = Math.min(Math.max(fitting, SLOW_READ_BYTES), blockBytes);
  }

  /**
   * The client's socket takes bytes again: it may have caught up.
   *
   * @param scarce whether somebody waits for a block
   * @param crowded whether there are fewer blocks than are wanted for another one
   */
  void onWritable(Transfer transfer, boolean scarce, boolean crowded, long nowNs) {
    if (transfer.slow) {
      transfer.grantedSendBuffer = sendBuffers.shrunk(transfer.grantedSendBuffer);
    }
    long caughtUpNs = crowded ? CAUGHT_UP_CROWDED_NS : CAUGHT_UP_NS;
    if (nowNs - transfer.pollSinceNs >= caughtUpNs || scarce) {
      return;
    }
    table.slow(transfer, false);
    transfer.readBytes = blockBytes;
  }
}
