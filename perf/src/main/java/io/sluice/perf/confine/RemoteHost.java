package io.sluice.perf.confine;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace that stands for another host: a veth pair to this one in a /30 of the
 * benchmarking range (RFC 2544), and no way to anybody else.
 */
public final class RemoteHost {
  /** Where a server in there listens; nobody else does. */
  public static final int PORT = 5000;

  private static final int SUBNETS = 1 << 14;
  private static final String SENT = "/proc/net/dev";

  /** Of a line of that file after the interface's name: the bytes that were sent. */
  private static final int SENT_COLUMN = 8;

  private final String name;
  private final String link;
  private final InetAddress address;

  /**
   * One that somebody else has made.
   *
   * @param name of the namespace
   * @param link its cable
   * @param address where it is reached
   */
  RemoteHost(String name, String link, InetAddress address) {
    this.name = name;
    this.link = link;
    this.address = address;
  }

  /**
   * Makes it; there can be one at a time.
   *
   * @param cleanup removes it at the end of the run, if nobody has before
   * @return the host, which can be reached
   * @throws IOException when this user may not, or {@code ip} of iproute2 is not there
   */
  public static Cleanup.Kept<RemoteHost> create(Cleanup cleanup) throws IOException {
    return cleanup.keep(RemoteHost::create, RemoteHost::delete);
  }

  private static RemoteHost create() throws IOException {
    long pid = ProcessHandle.current().pid();
    int subnet = (int) (pid % SUBNETS);
    String network = "198.18." + (subnet >> 6) + ".";
    int base = (subnet & 63) * 4;
    String inner = "sbi" + pid;
    String theirs = network + (base + 2);
    RemoteHost host =
        new RemoteHost("sluice-bench-" + pid, "sbo" + pid, InetAddress.getByName(theirs));
    try {
      Command.ip("netns", "add", host.name);
      Command.ip(
          "link", "add", host.link, "type", "veth", "peer", "name", inner, "netns", host.name);
      Command.ip("address", "add", network + (base + 1) + "/30", "dev", host.link);
      Command.ip("link", "set", host.link, "up");
      Command.ip("-netns", host.name, "address", "add", theirs + "/30", "dev", inner);
      Command.ip("-netns", host.name, "link", "set", "lo", "up");
      Command.ip("-netns", host.name, "link", "set", inner, "up");
    } catch (IOException e) {
      host.delete();
      throw e;
    }
    return host;
  }

  /**
   * Where this host reaches it.
   *
   * @return its only address, but for loopback
   */
  public InetAddress address() {
    return address;
  }

  /**
   * The words that run a command on it.
   *
   * @param command the program and its arguments
   * @return a program and arguments
   */
  public List<String> enter(List<String> command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name, "--"));
    words.addAll(command);
    return words;
  }

  /**
   * What has been sent from there, to anybody but itself.
   *
   * @return bytes, heads of packets included
   * @throws IOException when the namespace is gone
   */
  public long sentBytes() throws IOException {
    long sum = 0;
    String[] words = enter(List.of("cat", SENT)).toArray(String[]::new);
    for (String line : Command.output(words).lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0 && !line.substring(0, colon).strip().equals("lo")) {
        String[] columns = line.substring(colon + 1).strip().split(" +");
        sum += Long.parseLong(columns[SENT_COLUMN]);
      }
    }
    return sum;
  }

  private void delete() {
    // The kernel removes a veth's peer with it, and the namespace with its last process.
    Command.ipDelete("link", link);
    Command.ipDelete("netns", name);
  }

  @Override
  public String toString() {
    return "network namespace " + name;
  }
}
