package io.sluice.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentRouterTest {
  private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.1", 5001);
  private static final InetSocketAddress TWO = new InetSocketAddress("127.0.0.2", 5001);
  private static final InetSocketAddress THREE = new InetSocketAddress("127.0.0.3", 5001);

  @Test
  void whatOneNodeAdvertisesTheOthersFindUntilItIsWithdrawn() {
    MemoryDirectory directory = new MemoryDirectory();
    ContentRouter one = directory.join(ONE);
    ContentRouter two = directory.join(TWO);
    one.advertise(List.of("sha256:aa", "registry.test/a:1"));
    assertEquals(List.of(ONE), lookup(two, "sha256:aa", 3));
    assertEquals(List.of(), lookup(one, "sha256:aa", 3), "a node does not find itself");
    one.withdraw(List.of("sha256:aa"));
    assertEquals(List.of(), lookup(two, "sha256:aa", 3));
    assertEquals(List.of(ONE), lookup(two, "registry.test/a:1", 3));
    one.close();
    assertEquals(List.of(), lookup(two, "registry.test/a:1", 3));
  }

  @Test
  void noMorePeersAreReportedThanAskedFor() {
    MemoryDirectory directory = new MemoryDirectory();
    directory.join(ONE).advertise(List.of("k"));
    directory.join(TWO).advertise(List.of("k"));
    assertEquals(1, lookup(directory.join(THREE), "k", 1).size());
    assertEquals(2, lookup(new StaticRouter(List.of(ONE, TWO, THREE)), "k", 2).size());
  }

  @Test
  void staticPeersTakeTurnsInBeingFirst() {
    StaticRouter router = new StaticRouter(List.of(ONE, TWO));
    assertTrue(router.hasPeers());
    assertEquals(List.of(ONE, TWO), lookup(router, "k", 2));
    assertEquals(List.of(TWO, ONE), lookup(router, "k", 2));
    assertEquals(List.of(), lookup(new StaticRouter(List.of()), "k", 2));
  }

  private static List<InetSocketAddress> lookup(ContentRouter router, String key, int maxPeers) {
    List<InetSocketAddress> found = new ArrayList<>();
    boolean[] ended = new boolean[1];
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
            ended[0] = true;
          }
        });
    assertTrue(ended[0]);
    return found;
  }
}
