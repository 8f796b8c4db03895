package io.sluice.routing;

import java.net.InetSocketAddress;

/** Hears the result of a lookup. */
public interface Lookup {
  /** A node that is said to have the content; {@code registryAddress} is its registry port. */
  void onPeer(InetSocketAddress registryAddress);

  /** There is nothing more to hear: nobody else has it. */
  void onEnd();

  /** There is nothing more to hear, though somebody else may have it: not all have answered. */
  default void onGiveUp() {
    onEnd();
  }
}
