package io.sluice.routing.footprint;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.discovery.KademliaRouter;
import io.sluice.routing.discovery.KademliaRouterProvider;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import io.sluice.routing.kademlia.KademliaCounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A process with a router and nothing else, or with nothing at all: {@code RouterProcess LISTEN_IP
 * PORT KEYS}, {@code RouterProcess}. For each line it reads it writes its peers, its records and
 * those it has sent.
 */
public final class RouterProcess {
  private static final int KEYS_PER_LIST = 1000;
  private static final int REGISTRY_PORT = 5000;
  private static final int CONNECTIONS_PER_ADDRESS = 1000;

  private RouterProcess() {}

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws Exception {
    KademliaRouter router = arguments.length == 0 ? null : open(arguments);
    System.out.println("READY");
    for (int next = System.in.read(); next >= 0; next = System.in.read()) {
      if (next == '\n') {
        System.out.println(router == null ? "0 0 0" : counts(router));
      }
    }
    if (router != null) {
      router.close();
    }
  }

  private static KademliaRouter open(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[1]);
    HostSettings host =
        new HostSettings(
            null,
            List.of(new InetSocketAddress(arguments[0], port)),
            null,
            "footprint",
            CONNECTIONS_PER_ADDRESS,
            HostEvents.NONE);
    KademliaRouter router =
        new KademliaRouterProvider()
            .open(RouterSettings.of(host, BootstrapSettings.none(), REGISTRY_PORT));
    int keys = Integer.parseInt(arguments[2]);
    for (int i = 0; i < keys; i += KEYS_PER_LIST) {
      List<String> list = new ArrayList<>();
      for (int j = i; j < Math.min(keys, i + KEYS_PER_LIST); j++) {
        list.add("sha256:" + j);
      }
      router.advertise(list);
    }
    return router;
  }

  /** By hand: a record's own text would load what makes such texts. */
  private static String counts(KademliaRouter router) throws Exception {
    CompletableFuture<KademliaCounts> later = new CompletableFuture<>();
    router.counts(later::complete);
    KademliaCounts counts = later.get();
    return counts.connectedPeers() + " " + counts.records() + " " + counts.recordsSent();
  }
}
