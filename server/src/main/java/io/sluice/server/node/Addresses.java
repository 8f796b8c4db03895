package io.sluice.server.node;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.StartupException;
import java.net.InetSocketAddress;
import java.util.List;

/** Turns what an operator wrote into socket addresses. */
final class Addresses {
  private Addresses() {}

  static List<InetSocketAddress> resolve(List<HostPort> addresses) {
    return addresses.stream().map(Addresses::resolve).toList();
  }

  /**
   * The socket address; of all interfaces where no host is named.
   *
   * @throws StartupException when the host's name is not known
   */
  static InetSocketAddress resolve(HostPort address) {
    if (address.host().isEmpty()) {
      return new InetSocketAddress(address.port());
    }
    InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
    if (resolved.isUnresolved()) {
      throw new StartupException(
          "The host name of " + address + " does not resolve; give an address.", null);
    }
    return resolved;
  }
}
