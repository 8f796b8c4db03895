package io.sluice.routing.libp2p.tcp;

import java.nio.channels.SelectionKey;

/** What is attached to a key of the reactor's selector. */
interface SelectHandler {
  /** The channel is ready for something that the key is interested in. */
  void onReady(SelectionKey key);

  /** Handling it failed by an error of ours. */
  void onError(RuntimeException error);
}
