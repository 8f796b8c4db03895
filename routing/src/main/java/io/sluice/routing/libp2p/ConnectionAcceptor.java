package io.sluice.routing.libp2p;

import io.sluice.routing.host.StreamAcceptor;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.multiformat.PeerId;

/** Accepts streams of a protocol that is about the connection itself. */
interface ConnectionAcceptor extends StreamAcceptor {
  /** The same as {@link StreamAcceptor#accept}, for who has to know which connection it is. */
  StreamListener accept(Connection connection);

  @Override
  default StreamListener accept(PeerId peer) {
    throw new IllegalStateException("it is asked with the connection");
  }
}
