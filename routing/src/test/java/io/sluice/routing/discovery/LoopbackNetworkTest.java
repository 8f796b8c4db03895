package io.sluice.routing.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.ContentRouterProvider;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real routers on real sockets, each at a loopback address of its own. */
class LoopbackNetworkTest {
  private static final int FIRST = 11;
  private static final int PORT = 25_001;

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

  /** Prints how long a lookup takes until its first provider is heard. */
  private void measure() throws Exception {
    Latencies warmUp = new Latencies();
    warmUp.run(routers, 0, 2000);
    Latencies measured = new Latencies();
    measured.run(routers, 2000, 4000);
    System.out.println(measured);
    assertTrue(measured.count() > 3000);
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

  /** Time from asking to the first provider, and to the end when there is none. */
  private static final class Latencies {
    private final List<Long> firstNs = new ArrayList<>();

    void run(List<ContentRouter> routers, int from, int count) {
      for (int i = from; i < from + count; i++) {
        int provider = i % routers.size();
        ContentRouter asker = routers.get((i * 13 + 5) % routers.size());
        if (asker == routers.get(provider)) {
          continue;
        }
        long start = System.nanoTime();
        if (!Lookups.find(asker, "sha256:" + provider, 1).isEmpty()) {
          firstNs.add(System.nanoTime() - start);
        }
      }
    }

    int count() {
      return firstNs.size();
    }

    @Override
    public String toString() {
      long[] sorted = firstNs.stream().mapToLong(Long::longValue).sorted().toArray();
      return String.format(
          "%d lookups: p50 %.2f ms, p99 %.2f ms, max %.2f ms",
          sorted.length,
          sorted[sorted.length / 2] / 1e6,
          sorted[sorted.length * 99 / 100] / 1e6,
          Arrays.stream(sorted).max().orElse(0) / 1e6);
    }
  }
}
