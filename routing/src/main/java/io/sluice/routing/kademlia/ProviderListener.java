package io.sluice.routing.kademlia;

/** Hears the result of a search for providers, on the scheduler's thread. */
public interface ProviderListener {
  /**
   * A peer says that it has the content; each is heard once, never this node itself.
   *
   * @param hops answers it took to find it, 0 when it was known here
   * @return whether it is of use, and counts
   */
  boolean onProvider(PeerRecord provider, int hops);

  /**
   * There is nothing more to hear.
   *
   * @param complete whether everybody who should know has been asked and has answered
   */
  void onEnd(boolean complete);
}
