package io.sluice.server.loop;

import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** A router that names peers one after the other, in an order and at a pace of its own. */
final class SimulatedRouter implements ContentRouter {
  private final SimulatedKernel kernel;
  private final SplittableRandom random;
  private final List<InetSocketAddress> peers;
  private final long pauseNsMax;

  /**
   * Creates it.
   *
   * @param pauseNsMax longest time before each peer, and before the end
   */
  SimulatedRouter(
      SimulatedKernel kernel,
      SplittableRandom random,
      List<InetSocketAddress> peers,
      long pauseNsMax) {
    this.kernel = kernel;
    this.random = random;
    this.peers = peers;
    this.pauseNsMax = pauseNsMax;
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void lookup(String key, int maxPeers, Lookup lookup) {
    List<InetSocketAddress> left = new ArrayList<>(peers);
    while (left.size() > maxPeers) {
      left.removeLast();
    }
    next(left, lookup);
  }

  private void next(List<InetSocketAddress> left, Lookup lookup) {
    long pauseNs = pauseNsMax == 0 ? 0 : random.nextLong(pauseNsMax);
    kernel.after(
        pauseNs,
        () -> {
          if (left.isEmpty()) {
            lookup.onEnd();
          } else {
            lookup.onPeer(left.remove(random.nextInt(left.size())));
            next(left, lookup);
          }
        });
  }

  @Override
  public void advertise(Collection<String> keys) {}

  @Override
  public void withdraw(Collection<String> keys) {}

  @Override
  public void close() {}
}
