package io.sluice.server.transfer;

import io.sluice.ring.Ring;

/** Waits, without any block, until the sockets of transfers take bytes again. */
final class SocketPolls {
  private static final int POLLOUT = 4;

  private final Ring ring;

  SocketPolls(Ring ring) {
    this.ring = ring;
  }

  /** Begins to wait; a completion of {@link Transfers#OP_POLL} follows. */
  void await(Transfer transfer) {
    transfer.polling = true;
    ring.pollAdd(transfer.fd, POLLOUT, Transfers.userData(Transfers.OP_POLL, transfer));
  }

  /** Ends the wait; its completion follows all the same. */
  void cancel(Transfer transfer) {
    ring.cancel(
        Transfers.userData(Transfers.OP_POLL, transfer),
        Transfers.userData(Transfers.OP_CANCEL, transfer));
  }
}
