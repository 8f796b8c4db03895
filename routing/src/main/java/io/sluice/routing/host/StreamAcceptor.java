package io.sluice.routing.host;

import io.sluice.routing.multiformat.PeerId;

/** Accepts the streams that peers open for one protocol. */
public interface StreamAcceptor {
  /**
   * A peer has opened a stream; {@link StreamListener#onOpen} has to be waited for before it is
   * used.
   *
   * @return who hears of the stream; null refuses it
   */
  StreamListener accept(PeerId peer);
}
