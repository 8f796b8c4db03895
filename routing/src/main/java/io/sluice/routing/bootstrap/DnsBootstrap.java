package io.sluice.routing.bootstrap;

import io.sluice.routing.multiformat.Multiaddr;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The peers behind a name, such as that of a headless service: A and AAAA records. As in Spegel all
 * nodes begin with the first three of each family, in the order of the addresses, so that they
 * meet; after failures, with the next three.
 */
public final class DnsBootstrap implements BootstrapSource {
  private static final int PEERS_PER_FAMILY = 3;
  private static final int IP4 = 4;
  private static final int IP6 = 41;

  private final String domain;
  private final Resolver resolver;

  /** Asks for the addresses of a name. */
  interface Resolver {
    InetAddress[] resolve(String name) throws UnknownHostException;
  }

  /** The peers behind {@code domain}. */
  public DnsBootstrap(String domain) {
    this(domain, InetAddress::getAllByName);
  }

  DnsBootstrap(String domain, Resolver resolver) {
    this.domain = domain;
    this.resolver = resolver;
  }

  @Override
  public List<BootstrapPeer> find(int attempt) throws IOException {
    List<InetAddress> ip4 = new ArrayList<>();
    List<InetAddress> ip6 = new ArrayList<>();
    try {
      for (InetAddress address : resolver.resolve(domain)) {
        (address instanceof Inet4Address ? ip4 : ip6).add(address);
      }
    } catch (UnknownHostException unknown) {
      throw new IOException(
          "the bootstrap domain " + domain + " has no addresses yet: " + unknown.getMessage(),
          unknown);
    }
    List<BootstrapPeer> peers = new ArrayList<>();
    choose(ip4, attempt, peers);
    choose(ip6, attempt, peers);
    return peers;
  }

  private static void choose(List<InetAddress> found, int attempt, List<BootstrapPeer> peers) {
    found.sort((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
    int groups = (found.size() + PEERS_PER_FAMILY - 1) / PEERS_PER_FAMILY;
    if (groups == 0) {
      return;
    }
    int from = attempt % groups * PEERS_PER_FAMILY;
    int to = Math.min(found.size(), from + PEERS_PER_FAMILY);
    for (InetAddress address : found.subList(from, to)) {
      peers.add(new BootstrapPeer(null, List.of(multiaddr(address))));
    }
  }

  private static Multiaddr multiaddr(InetAddress address) {
    byte[] ip = address.getAddress();
    byte code = (byte) (ip.length == 4 ? IP4 : IP6);
    return new Multiaddr(ByteBuffer.allocate(1 + ip.length).put(code).put(ip).array());
  }
}
