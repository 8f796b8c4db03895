package io.sluice.server.e2e;

import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace with one neighbour and no route to anybody else: a veth pair in a /30 of the
 * benchmarking range (RFC 2544), no default route, no resolver. What a program inside can reach is
 * exactly {@link #hostAddress()}. Needs root.
 */
final class NetworkNamespace implements HostNetwork, AutoCloseable {
  private static int created;

  private final String name;
  private final String hostLink;
  private final String hostAddress;
  private final Thread hook = new Thread(this::delete);

  private NetworkNamespace(String name, String hostLink, String hostAddress) {
    this.name = name;
    this.hostLink = hostLink;
    this.hostAddress = hostAddress;
  }

  /** Creates the namespace and both ends of its only cable. */
  static synchronized NetworkNamespace create() {
    long pid = ProcessHandle.current().pid();
    String suffix = Long.toHexString(pid) + "-" + created++;
    int subnet = Workspace.ofThisFork(pid * 8 + created, 1 << 14);
    String network = "198.18." + (subnet >> 6) + ".";
    int base = (subnet & 63) * 4;
    String hostLink = "slh" + suffix;
    String innerLink = "sln" + suffix;
    NetworkNamespace namespace =
        new NetworkNamespace("sluice-e2e-" + suffix, hostLink, network + (base + 1));
    Runtime.getRuntime().addShutdownHook(namespace.hook);
    namespace.connect(innerLink, network + (base + 2));
    return namespace;
  }

  private void connect(String innerLink, String innerAddress) {
    ip("netns", "add", name);
    ip("link", "add", hostLink, "type", "veth", "peer", "name", innerLink, "netns", name);
    ip("address", "add", hostAddress + "/30", "dev", hostLink);
    ip("link", "set", hostLink, "up");
    ip("-netns", name, "address", "add", innerAddress + "/30", "dev", innerLink);
    ip("-netns", name, "link", "set", "lo", "up");
    ip("-netns", name, "link", "set", innerLink, "up");
  }

  /** The one address that can be reached from inside; it is local to this side. */
  String hostAddress() {
    return hostAddress;
  }

  /**
   * The words that run a command inside. Only the network is changed: {@code ip netns exec} would
   * also mount a fresh {@code /sys}, without the cgroups that runc needs.
   */
  @Override
  public List<String> enter(List<String> command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name, "--"));
    words.addAll(command);
    return words;
  }

  /** Whether a packet to {@code address} would have anywhere to go from inside. */
  boolean canRouteTo(String address) {
    return Command.of("ip", "-netns", name, "route", "get", address).run().exitCode() == 0;
  }

  /** Limits what this side sends into the namespace, so that a pull lasts. */
  void throttle(int megabitsPerSecond) {
    String rate = megabitsPerSecond + "mbit";
    Command.of(
            List.of(
                ("tc qdisc add dev " + hostLink + " root tbf burst 256kb latency 50ms rate " + rate)
                    .split(" ")))
        .output();
  }

  /** Lifts {@link #throttle}. */
  void unthrottle() {
    Command.of("tc", "qdisc", "del", "dev", hostLink, "root").output();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    delete();
  }

  private void delete() {
    // The kernel removes a veth's peer with it, and the namespace with its last process.
    Command.of("ip", "link", "delete", hostLink).run();
    Command.of("ip", "netns", "delete", name).run();
  }

  private static void ip(String... arguments) {
    List<String> words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(arguments));
    Command.of(words).output();
  }
}
