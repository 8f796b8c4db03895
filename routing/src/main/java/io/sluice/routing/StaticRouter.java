package io.sluice.routing;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A router without discovery: whatever is looked for, a fixed list of peers may have it. Who is
 * named first rotates, so that the peers share the load.
 */
public final class StaticRouter implements ContentRouter {
  private final List<InetSocketAddress> peers;
  private final AtomicInteger rotation = new AtomicInteger();

  /** Creates a router for the given registry addresses; empty for a node on its own. */
  public StaticRouter(List<InetSocketAddress> peers) {
    this.peers = List.copyOf(peers);
  }

  /** Whether there is anybody to ask. */
  public boolean hasPeers() {
    return !peers.isEmpty();
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void lookup(String key, int maxPeers, Lookup lookup) {
    int count = Math.min(maxPeers, peers.size());
    int first = peers.isEmpty() ? 0 : Math.floorMod(rotation.getAndIncrement(), peers.size());
    for (int i = 0; i < count; i++) {
      lookup.onPeer(peers.get((first + i) % peers.size()));
    }
    lookup.onEnd();
  }

  /** Does nothing: static peers do not learn from each other. */
  @Override
  public void advertise(Collection<String> keys) {}

  /** Does nothing. */
  @Override
  public void withdraw(Collection<String> keys) {}

  @Override
  public void close() {}
}
