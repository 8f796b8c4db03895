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

  private final SendBuffers sendBuffers;
  private final int blockBytes;

  ClientPace(SendBuffers sendBuffers, int blockBytes) {
    this.sendBuffers = sendBuffers;
    this.blockBytes = blockBytes;
  }

  /** A transfer begins: at full pace. */
  void begin(Transfer transfer, long bytes, int sharers) {
    transfer.slow = false;
    transfer.readBytes = blockBytes;
    transfer.grantedSendBuffer = sendBuffers.grant(transfer.fd, bytes, sharers);
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
  void onBlockSent(Transfer transfer, int sharers) {
    transfer.grantedSendBuffer =
        sendBuffers.rebalance(transfer.fd, transfer.grantedSendBuffer, sharers);
    if (transfer.slow) {
      transfer.readBytes = Math.min(transfer.readBytes * 2, blockBytes);
    }
  }

  /** The client does not keep up; its socket took {@code sent} bytes last. */
  void onStall(Transfer transfer, int sent, long nowNs) {
    transfer.slow = true;
    transfer.pollSinceNs = nowNs;
    int fitting = (sent + Transfers.ALIGNMENT - 1) & -Transfers.ALIGNMENT;
    transfer.readBytes = Math.min(Math.max(fitting, SLOW_READ_BYTES), blockBytes);
  }

  /** The client's socket takes bytes again: it may have caught up. */
  void onWritable(Transfer transfer, boolean blocksScarce, long nowNs) {
    if (nowNs - transfer.pollSinceNs >= CAUGHT_UP_NS || blocksScarce) {
      return;
    }
    transfer.slow = false;
    transfer.readBytes = blockBytes;
  }
}
