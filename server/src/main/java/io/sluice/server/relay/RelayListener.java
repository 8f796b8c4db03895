package io.sluice.server.relay;

import io.sluice.server.http.PeerResponse;
import java.lang.foreign.MemorySegment;

/** Hears how relays go. */
public interface RelayListener {
  /**
   * A peer has answered well. The requester composes the head for its client and calls {@link
   * Relays#headSent} when that has left.
   *
   * @param memory what the offsets in {@code response} refer to
   */
  void onPeerResponse(int requester, PeerResponse response, MemorySegment memory);

  /** No peer has given a usable answer; nothing has been sent to the client. */
  void onNoPeer(int requester);

  /** The whole body has been handed to the kernel. */
  void onRelayComplete(int requester);

  /**
   * The relay has ended early, after the head was composed; the client's connection cannot be used
   * for another response.
   *
   * @param reason one of the constants of {@link io.sluice.server.metrics.AbortReason}
   */
  void onRelayAborted(int requester, int reason);
}
