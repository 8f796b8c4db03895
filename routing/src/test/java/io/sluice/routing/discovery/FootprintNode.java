package io.sluice.routing.discovery;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import io.sluice.routing.kademlia.KademliaCounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A process with a router and nothing else, or with nothing at all: {@code FootprintNode LISTEN_IP
 * PORT KEYS}, {@code FootprintNode idle}. For each line it reads it writes what it weighs.
 */
public final class FootprintNode {
  private static final int KEYS_PER_LIST = 1000;

  private FootprintNode() {}

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws Exception {
    KademliaRouter router = arguments.length == 1 ? null : open(arguments);
    System.out.println("READY");
    for (int next = System.in.read(); next >= 0; next = System.in.read()) {
      if (next == 'g') {
        System.gc();
      } else if (next == '\n') {
        System.out.println(weight() + (router == null ? "" : " " + counts(router)));
      }
    }
    if (router != null) {
      router.close();
    }
  }

  private static KademliaRouter open(String[] arguments) throws IOException {
    HostSettings host =
        new HostSettings(
            null,
            List.of(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]))),
            null,
            "footprint",
            1000,
            HostEvents.NONE);
    KademliaRouter router =
        new KademliaRouterProvider()
            .open(RouterSettings.of(host, BootstrapSettings.none(), Lookups.REGISTRY_PORT));
    int keys = Integer.parseInt(arguments[2]);
    for (int i = 0; i < keys; ) {
      List<String> list = new ArrayList<>();
      for (int j = 0; j < KEYS_PER_LIST && i < keys; j++, i++) {
        list.add("sha256:" + i);
      }
      router.advertise(list);
    }
    return router;
  }

  private static KademliaCounts counts(KademliaRouter router) throws Exception {
    CompletableFuture<KademliaCounts> counts = new CompletableFuture<>();
    router.counts(counts::complete);
    return counts.get();
  }

  /** Resident and anonymous memory in KiB. */
  private static String weight() throws IOException {
    StringBuilder weight = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:") || line.startsWith("RssAnon:") || line.startsWith("Threads:")) {
        weight.append(line.replaceAll("\\s+", " ")).append(' ');
      }
    }
    return weight.toString().strip();
  }
}
