package io.sluice.routing.discovery;

import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Lookups, and waiting for what happens on other threads. */
final class Lookups {
  static final int REGISTRY_PORT = 5000;

  private static final long PATIENCE_SECONDS = 60;
  private static final long POLL_MS = 10;

  private Lookups() {}

  /** What a lookup finds by its end. */
  static List<InetSocketAddress> find(ContentRouter router, String key, int maxPeers) {
    CompletableFuture<List<InetSocketAddress>> result = new CompletableFuture<>();
    List<InetSocketAddress> found = new ArrayList<>();
    router.lookup(
        key,
        maxPeers,
        new Lookup() {
          @Override
          public void onPeer(InetSocketAddress registryAddress) {
            found.add(registryAddress);
          }

          @Override
          public void onEnd() {
            result.complete(found);
          }
        });
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError("no end of the lookup of " + key, failed);
    }
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNs) {
        throw new AssertionError(what + " did not happen");
      }
      Thread.sleep(POLL_MS);
    }
  }

  /** The registry of the node at 127.0.0.{@code number}. */
  static InetSocketAddress registry(int number) {
    return new InetSocketAddress("127.0.0." + number, REGISTRY_PORT);
  }
}
