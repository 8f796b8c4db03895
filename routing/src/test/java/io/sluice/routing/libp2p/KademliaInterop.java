package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.discovery.KademliaRouter;
import io.sluice.routing.discovery.KademliaRouterProvider;
import io.sluice.routing.discovery.Lookups;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Routers of ours and nodes of another implementation in one network. */
final class KademliaInterop implements AutoCloseable {
  private static final int FIRST = 60;
  private static final int PORT = 25_101;
  private static final long PATIENCE_NS = 60_000_000_000L;
  private static final long POLL_MS = 50;

  /** All nodes of the other implementation are at this address. */
  private static final InetSocketAddress FOREIGN =
      new InetSocketAddress("127.0.0.1", Lookups.REGISTRY_PORT);

  private final ForeignPeer foreign;
  private final int foreignNodes;
  private final List<KademliaRouter> routers = new ArrayList<>();

  /** Starts as many routers of ours, which begin with the first of the foreign nodes. */
  KademliaInterop(ForeignPeer foreign, int foreignNodes, int ours) throws Exception {
    this.foreign = foreign;
    this.foreignNodes = foreignNodes;
    String first = foreign.addresses().getFirst().withPeer(foreign.id()).toString();
    for (int i = 0; i < ours; i++) {
      InetSocketAddress listen = new InetSocketAddress("127.0.0." + (FIRST + i), PORT);
      HostSettings host =
          new HostSettings(null, List.of(listen), null, "test", 1000, HostEvents.NONE);
      routers.add(
          new KademliaRouterProvider()
              .open(
                  RouterSettings.of(
                      host, BootstrapSettings.ofPeers(List.of(first)), Lookups.REGISTRY_PORT)));
    }
    for (KademliaRouter router : routers) {
      await("readiness", router::ready);
    }
  }

  /** Each of ours finds what each of the others provides, and each of them what ours advertise. */
  void eachFindsWhatTheOthersHave() throws Exception {
    for (int i = 0; i < routers.size(); i++) {
      routers.get(i).advertise(List.of("ours " + i));
    }
    for (int i = 0; i < foreignNodes; i++) {
      foreign.ask("provide " + i + " theirs-" + i);
    }
    for (int i = 0; i < foreignNodes; i++) {
      KademliaRouter router = routers.get(i % routers.size());
      String key = "theirs-" + i;
      await("finding " + key, () -> Lookups.find(router, key, 3).equals(List.of(FOREIGN)));
    }
    for (int i = 0; i < routers.size(); i++) {
      routers.get(i).advertise(List.of("ours-" + i));
    }
    for (int i = 0; i < routers.size(); i++) {
      int asker = i % foreignNodes;
      String expected = routers.get(i).host().id().toString();
      String command = "find " + asker + " ours-" + i + " 1";
      await(command, () -> foreign.ask(command).equals(expected));
    }
    assertEquals(List.of(), Lookups.find(routers.getFirst(), "nobody-has-this", 3));
    assertEquals("", foreign.ask("find 0 nobody-has-this 3"));
  }

  /** Waits until the first foreign node has all of ours in its table. */
  void weAreAdmitted() throws Exception {
    await("admission", this::areInTable);
  }

  /** Has it check its table, and sees that we have passed. */
  void weAreKept() throws Exception {
    for (int i = 0; i < 3; i++) {
      foreign.ask("refresh 0");
      assertTrue(areInTable(), "in the table after a refresh");
    }
  }

  private boolean areInTable() throws Exception {
    List<String> table = List.of(foreign.ask("table 0").split(","));
    return routers.stream().allMatch(router -> table.contains(router.host().id().toString()));
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.call()) {
      if (System.nanoTime() - endNs > 0) {
        throw new AssertionError(what + " did not happen");
      }
      Thread.sleep(POLL_MS);
    }
  }

  @Override
  public void close() throws IOException {
    routers.forEach(KademliaRouter::close);
    foreign.close();
  }
}
