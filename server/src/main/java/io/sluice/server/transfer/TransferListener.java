package io.sluice.server.transfer;

/** Hears how transfers end. */
public interface TransferListener {
  /** All bytes have been handed to the kernel, in order. */
  void onTransferComplete(int requester);

  /**
   * The transfer has ended early and nothing of it is in flight any more; the connection cannot be
   * used for another response.
   *
   * @param reason one of the constants of {@link io.sluice.server.metrics.AbortReason}
   */
  void onTransferAborted(int requester, int reason);
}
