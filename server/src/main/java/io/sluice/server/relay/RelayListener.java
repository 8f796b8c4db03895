package io.sluice.server.relay;

/** Hears how relays go. */
public interface RelayListener {
  /**
   * A peer has answered well. The requester composes the head for its client and calls {@link
   * Relays#headSent} when that has left.
   *
   * @param head what to tell the client; valid during the call only
   */
  void onRelayHead(int requester, RelayHead head);

  /**
   * No peer has given a usable answer; nothing has been sent to the client.
   *
   * @param undecided whether somebody may have it all the same: one who is busy or did not answer
   *     in time, or whom the router had no time to find
   */
  void onNoPeer(int requester, boolean undecided);

  /**
   * All peers have failed: more are to be looked for, in spite of what the router remembers. They
   * come by {@link Relays#addPeers} and {@link Relays#lookupEnded}.
   *
   * @param names valid during the call only
   * @return false when nobody can be asked now
   */
  boolean onPeersWanted(int requester, RelayNames names);

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
