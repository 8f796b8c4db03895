package io.sluice.routing.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.ContentRouterProvider;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import io.sluice.routing.kademlia.KademliaCounts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real routers on real sockets, each at a loopback address of its own. */
class LoopbackNetworkTest {
  private static final int FIRST = 11;
  private static final int PORT = 25_001;
  private static final int KEYS_PER_NODE = 100;
  private static final long SETTLE_MS = 1000;

  private final List<ContentRouter> routers = new ArrayList<>();

  @AfterEach
  void close() {
    routers.forEach(ContentRouter::close);
  }

  @Test
  void threeNodesFindEachOthersKeys() throws Exception {
    everyoneFindsEverything(3);
  }

  @Test
  void fortyNodesFindEachOthersKeys() throws Exception {
    everyoneFindsEverything(40);
    measure();
  }

  private void everyoneFindsEverything(int nodes) throws Exception {
    for (int i = 0; i < nodes; i++) {
      routers.add(open(FIRST + i));
    }
    for (int i = 0; i < nodes; i++) {
      routers.get(i).advertise(List.of("sha256:" + i));
      ContentRouter router = routers.get(i);
      Lookups.await("knowing peers", router::ready);
    }
    for (int i = 0; i < nodes; i++) {
      int key = i;
      for (int j = 1; j <= 3; j++) {
        ContentRouter router = routers.get((i + j * 7) % nodes);
        if (router != routers.get(i)) {
          InetSocketAddress expected = Lookups.registry(FIRST + i);
          Lookups.await(
              "finding " + key,
              () -> Lookups.find(router, "sha256:" + key, 3).equals(List.of(expected)));
        }
      }
      assertEquals(List.of(), Lookups.find(routers.get(i), "sha256:" + i, 3), "never itself");
      assertEquals(List.of(), Lookups.find(routers.get(i), "sha256:none " + i, 3));
    }
  }

  /**
   * Prints how long a lookup takes until its first provider is heard: of keys that the asking node
   * keeps a record of, and of others.
   */
  private void measure() throws Exception {
    for (int i = 0; i < routers.size(); i++) {
      List<String> keys = new ArrayList<>();
      for (int j = 0; j < KEYS_PER_NODE; j++) {
        keys.add(key(i, j));
      }
      routers.get(i).advertise(keys);
    }
    int last = routers.size() - 1;
    Lookups.await(
        "announcing",
        () -> !Lookups.find(routers.getFirst(), key(last, KEYS_PER_NODE - 1), 1).isEmpty());
    Thread.sleep(SETTLE_MS);
    Latencies here = new Latencies("record kept by the asking node");
    Latencies elsewhere = new Latencies("others");
    for (int j = 0; j < KEYS_PER_NODE; j++) {
      for (int i = 0; i < routers.size(); i++) {
        KademliaRouter asker = (KademliaRouter) routers.get((i + 1 + j % last) % routers.size());
        long asked = asked(asker);
        long start = System.nanoTime();
        int found = Lookups.find(asker, key(i, j), 1).size();
        long tookNs = System.nanoTime() - start;
        assertEquals(1, found);
        if (j >= KEYS_PER_NODE / 2) {
          (asked(asker) == asked ? here : elsewhere).add(tookNs);
        }
      }
    }
    System.out.println(here);
    System.out.println(elsewhere);
  }

  private static String key(int node, int number) {
    return "sha256:" + number + " of " + node;
  }

  private static long asked(KademliaRouter router) {
    CompletableFuture<KademliaCounts> counts = new CompletableFuture<>();
    router.counts(counts::complete);
    return counts.join().questionsAsked();
  }

  private static ContentRouter open(int number) throws Exception {
    String first = "/ip4/127.0.0." + FIRST + "/tcp/" + PORT;
    HostSettings host =
        new HostSettings(
            null,
            List.of(new InetSocketAddress("127.0.0." + number, PORT)),
            null,
            "test",
            // On loopback they all come from 127.0.0.1.
            1000,
            HostEvents.NONE);
    return ContentRouterProvider.installed()
        .open(
            RouterSettings.of(
                host, BootstrapSettings.ofPeers(List.of(first)), Lookups.REGISTRY_PORT));
  }

  /** Times from asking to the first provider. */
  private static final class Latencies {
    private final String what;
    private final List<Long> timesNs = new ArrayList<>();

    Latencies(String what) {
      this.what = what;
    }

    void add(long tookNs) {
      timesNs.add(tookNs);
    }

    @Override
    public String toString() {
      long[] sorted = timesNs.stream().mapToLong(Long::longValue).sorted().toArray();
      return String.format(
          "lookups, %s: %d, p50 %.2f ms, p99 %.2f ms, max %.2f ms",
          what,
          sorted.length,
          sorted[sorted.length / 2] / 1e6,
          sorted[sorted.length * 99 / 100] / 1e6,
          sorted[sorted.length - 1] / 1e6);
    }
  }
}
