package io.sluice.server.e2e;

import java.util.ArrayList;
import java.util.List;

/**
 * A switch with hosts on it: a bridge, and for each host a network namespace with a cable to it, in
 * a /24 of the benchmarking range (RFC 2544). No default route, no resolver: hosts reach each other
 * and this side, nobody else. Needs root.
 */
final class Bridge implements AutoCloseable {
  private static final int FIRST_HOST = 11;
  private static int created;

  private final String name;
  private final String suffix;
  private final String network;
  private final List<Host> hosts = new ArrayList<>();
  private final Thread hook = new Thread(this::delete);

  private Bridge(String suffix, String network) {
    this.suffix = suffix;
    this.name = "slb" + suffix;
    this.network = network;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Creates a bridge without hosts. */
  static synchronized Bridge create() {
    long pid = ProcessHandle.current().pid();
    int subnet = Workspace.ofThisFork(pid * 4 + created++, 256);
    Bridge bridge =
        new Bridge(Long.toHexString(pid & 0xffffff) + created, "198.19." + subnet + ".");
    ip("link", "add", bridge.name, "type", "bridge");
    ip("address", "add", bridge.network + "1/24", "dev", bridge.name);
    ip("link", "set", bridge.name, "up");
    return bridge;
  }

  /** Adds a host, which is at once reachable. */
  Host add() {
    Host host = new Host(hosts.size());
    hosts.add(host);
    host.connect();
    return host;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    delete();
  }

  private void delete() {
    for (Host host : hosts) {
      // The kernel removes a veth's peer with it, and the namespace with its last process.
      Command.of("ip", "link", "delete", host.port).run();
      Command.of("ip", "netns", "delete", host.namespace).run();
    }
    Command.of("ip", "link", "delete", name).run();
  }

  private static void ip(String... arguments) {
    List<String> words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(arguments));
    Command.of(words).output();
  }

  /** A host's network. */
  final class Host implements HostNetwork {
    private final String namespace;
    private final String port;
    private final String address;

    private Host(int number) {
      namespace = "sluice-e2e-" + suffix + "-" + number;
      port = "slp" + suffix + number;
      address = network + (FIRST_HOST + number);
    }

    private void connect() {
      String inner = "sli" + suffix + namespace.charAt(namespace.length() - 1);
      ip("netns", "add", namespace);
      ip("link", "add", port, "type", "veth", "peer", "name", inner, "netns", namespace);
      ip("link", "set", port, "master", name);
      ip("-netns", namespace, "address", "add", address + "/24", "dev", inner);
      ip("-netns", namespace, "link", "set", "lo", "up");
      ip("-netns", namespace, "link", "set", inner, "up");
      ip("link", "set", port, "up");
    }

    /** Where the others reach it. */
    String address() {
      return address;
    }

    /** Pulls the cable; nothing is told to either end's programs. */
    void unplug() {
      ip("link", "set", port, "nomaster");
    }

    /** Puts the cable back. */
    void plug() {
      ip("link", "set", port, "master", name);
    }

    /** Limits what the host receives, so that a pull lasts. */
    void throttle(int megabitsPerSecond) {
      String rate = megabitsPerSecond + "mbit";
      Command.of(
              List.of(
                  ("tc qdisc add dev " + port + " root tbf burst 256kb latency 50ms rate " + rate)
                      .split(" ")))
          .output();
    }

    /** Lifts {@link #throttle}. */
    void unthrottle() {
      Command.of("tc", "qdisc", "del", "dev", port, "root").run();
    }

    @Override
    public List<String> enter(List<String> command) {
      List<String> words =
          new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace, "--"));
      words.addAll(command);
      return words;
    }
  }
}
