package io.sluice.perf.confine;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace that stands for another host: a veth pair to this one in a /30 of the
 * benchmarking range (RFC 2544), and no way to anybody else.
 */
public final class RemoteHost {
  private static final int SUBNETS = 1 << 14;

  private final String name;
  private final String link;
  private final InetAddress address;

  private RemoteHost(String name, String link, InetAddress address) {
    this.name = name;
    this.link = link;
    this.address = address;
  }

  /**
   * Makes it.
   *
   * @param cleanup removes it at the end of the run
   * @return the host, which can be reached
   * @throws IOException when this user may not, or {@code ip} of iproute2 is not there
   */
  public static RemoteHost create(Cleanup cleanup) throws IOException {
    return cleanup.keep(RemoteHost::create, RemoteHost::delete).get();
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
      ip("netns", "add", host.name);
      ip("link", "add", host.link, "type", "veth", "peer", "name", inner, "netns", host.name);
      ip("address", "add", network + (base + 1) + "/30", "dev", host.link);
      ip("link", "set", host.link, "up");
      ip("-netns", host.name, "address", "add", theirs + "/30", "dev", inner);
      ip("-netns", host.name, "link", "set", "lo", "up");
      ip("-netns", host.name, "link", "set", inner, "up");
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

  private void delete() {
    // The kernel removes a veth's peer with it, and the namespace with its last process.
    for (List<String> what : List.of(List.of("link", link), List.of("netns", name))) {
      try {
        ip(what.get(0), "delete", what.get(1));
      } catch (IOException gone) {
        // Of one that was not made completely, some parts are not there.
        continue;
      }
    }
  }

  private static void ip(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(arguments));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", words) + " failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making a network namespace", e);
    }
  }

  @Override
  public String toString() {
    return "network namespace " + name;
  }
}
