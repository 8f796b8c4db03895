package io.sluice.routing.host;

import io.sluice.routing.multiformat.PeerId;

/** Hears how an attempt to connect ends: exactly one of its methods is called, once. */
public interface ConnectListener {
  /** There is a connection to {@code peer}; what it can do is learnt a little later. */
  void onConnected(PeerId peer);

  /**
   * There is none.
   *
   * @param reason in words, for the log
   */
  void onFailed(String reason);
}
