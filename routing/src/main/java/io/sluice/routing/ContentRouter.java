package io.sluice.routing;

import java.util.Collection;

/**
 * Finds the nodes that have a piece of content, and tells others what this node has.
 *
 * <p>A key is the text of a digest ({@code sha256:...}) or a full reference ({@code
 * registry/repository:tag}). All methods may be called from any thread and none blocks on the
 * network.
 */
public interface ContentRouter extends AutoCloseable {
  /** Whether lookups can be expected to find what others advertise. */
  boolean ready();

  /**
   * Looks for providers of {@code key}.
   *
   * @param maxPeers no more than this are reported
   * @param lookup hears each provider once, never this node itself, then the end, in this order and
   *     from one thread at a time; possibly before this method returns
   */
  void lookup(String key, int maxPeers, Lookup lookup);

  /**
   * As {@link #lookup}, for whom all providers have failed that it named: a router that remembers
   * results for a while forgets this one, since others may have come in between.
   */
  default void lookupAnew(String key, int maxPeers, Lookup lookup) {
    lookup(key, maxPeers, lookup);
  }

  /** Tells others that this node has the content of these keys, until withdrawn. */
  void advertise(Collection<String> keys);

  /** Stops telling others about these keys. */
  void withdraw(Collection<String> keys);

  /** What it is and has now; may wait for its thread, a second at most. */
  default RouterStatus status() {
    return RouterStatus.NONE;
  }

  @Override
  void close();
}
