package io.sluice.perf.confine;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hosts on a switch: a network namespace for each, and one for the bridge that they and this side
 * are plugged into, so that no firewall rule of this machine's sees what they send each other. In a
 * /24 of the benchmarking range (RFC 2544), with no way to anybody else.
 */
public final class HostNetwork {
  private static final int FIRST_HOST = 11;
  private static final int SUBNETS = 256;
  private static final String BRIDGE = "switch";

  /** A run may have several. */
  private static final AtomicInteger MADE = new AtomicInteger();

  private final String name;
  private final String link;
  private final String network;
  private final List<String> namespaces = new ArrayList<>();
  private final List<RemoteHost> hosts = new ArrayList<>();

  private HostNetwork(long pid, int number) {
    name = "sluice-bench-" + pid + "-net" + number;
    link = "sbs" + number + "-" + pid;
    network = "198.19." + (pid + number) % SUBNETS + ".";
  }

  /**
   * Makes it.
   *
   * @param hosts how many
   * @param cleanup removes it at the end of the run
   * @return the hosts, which reach each other and can be reached
   * @throws IOException when this user may not, or {@code ip} of iproute2 is not there
   */
  public static List<RemoteHost> create(int hosts, Cleanup cleanup) throws IOException {
    HostNetwork made = cleanup.keep(() -> make(hosts), HostNetwork::delete).get();
    return List.copyOf(made.hosts);
  }

  private static HostNetwork make(int hosts) throws IOException {
    HostNetwork network = new HostNetwork(ProcessHandle.current().pid(), MADE.getAndIncrement());
    try {
      String bridge = network.bridge();
      for (int i = 0; i < hosts; i++) {
        network.hosts.add(network.host(bridge, i));
      }
    } catch (IOException e) {
      network.delete();
      throw e;
    }
    return network;
  }

  private String namespace(String suffix) throws IOException {
    String namespace = name + "-" + suffix;
    Command.ip("netns", "add", namespace);
    namespaces.add(namespace);
    return namespace;
  }

  private String bridge() throws IOException {
    String bridge = namespace(BRIDGE);
    Command.ip("-netns", bridge, "link", "add", BRIDGE, "type", "bridge");
    Command.ip("-netns", bridge, "link", "set", BRIDGE, "up");
    Command.ip("link", "add", link, "type", "veth", "peer", "name", "uplink", "netns", bridge);
    Command.ip("address", "add", network + "1/24", "dev", link);
    Command.ip("link", "set", link, "up");
    Command.ip("-netns", bridge, "link", "set", "uplink", "master", BRIDGE, "up");
    return bridge;
  }

  private RemoteHost host(String bridge, int number) throws IOException {
    String host = namespace(Integer.toString(number));
    String port = "port" + number;
    String address = network + (FIRST_HOST + number);
    Command.ip(
        "-netns", bridge, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
        host);
    Command.ip("-netns", bridge, "link", "set", port, "master", BRIDGE, "up");
    Command.ip("-netns", host, "address", "add", address + "/24", "dev", "eth0");
    Command.ip("-netns", host, "link", "set", "lo", "up");
    Command.ip("-netns", host, "link", "set", "eth0", "up");
    return new RemoteHost(host, port, InetAddress.getByName(address));
  }

  private void delete() {
    Command.ipDelete("link", link);
    // The kernel removes a namespace with its last process, and what is in it.
    namespaces.forEach(namespace -> Command.ipDelete("netns", namespace));
  }

  @Override
  public String toString() {
    return "network of namespaces " + name;
  }
}
