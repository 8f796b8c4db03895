package io.sluice.server.transfer;

/** Tells clients that take their bytes slowly from those that take none any more. */
final class ClientProgress {
  /** Between two looks at what a client has acknowledged. */
  private static final long CHECK_NS = 1_000_000_000L;

  private final SocketControl sockets;
  private final long timeoutNs;

  /**
   * Creates it.
   *
   * @param timeoutNs a client that acknowledges nothing for so long has stopped
   */
  ClientProgress(SocketControl sockets, long timeoutNs) {
    this.sockets = sockets;
    this.timeoutNs = timeoutNs;
  }

  /** Whether the client of a transfer that waits for its socket has stopped to take bytes. */
  boolean hasStopped(Transfer transfer, long nowNs) {
    if (nowNs - transfer.progressCheckNs < CHECK_NS) {
      return false;
    }
    transfer.progressCheckNs = nowNs;
    long acknowledged = transfer.handedBytes - sockets.outstandingBytes(transfer.fd);
    if (acknowledged > transfer.acknowledged) {
      transfer.acknowledged = acknowledged;
      transfer.progressNs = nowNs;
      return false;
    }
    return nowNs - transfer.progressNs > timeoutNs;
  }
}
