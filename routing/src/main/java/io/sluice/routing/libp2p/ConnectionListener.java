package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;

/** Hears of one connection: first of its opening, if it comes so far, then of its end. */
interface ConnectionListener {
  /** The handshake is passed; streams can be opened. */
  void onOpened(Connection connection);

  /** It is no more. */
  void onClosed(Connection connection, CloseCause cause, String reason);
}
