package io.sluice.routing;

import java.net.InetSocketAddress;

/** Hears the result of a lookup. */
public interface Lookup {
  /** A node that is said to have the content; {@code registryAddress} is its registry port. */
  void onPeer(InetSocketAddress registryAddress);

  /** There is nothing more to hear. */
  void onEnd();
}
