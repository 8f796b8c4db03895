package io.sluice.routing.host;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What an operator chooses about a host, whatever it is made of.
 *
 * @param dataDirectory where the identity is kept; null for a new one at each start
 * @param listenAddresses port 0 is any; none for a node that only dials
 * @param preSharedKeyFile of a private network; null for a public one
 * @param agent name and version that peers are told
 * @param connectionsPerAddress from one IP address; 0 for what the host allows by default
 * @param events hears of connections
 */
public record HostSettings(
    Path dataDirectory,
    List<InetSocketAddress> listenAddresses,
    Path preSharedKeyFile,
    String agent,
    int connectionsPerAddress,
    HostEvents events) {
  /** A public node with a new identity that listens on these. */
  public static HostSettings listeningOn(List<InetSocketAddress> listenAddresses) {
    return new HostSettings(null, listenAddresses, null, "sluice", 0, HostEvents.NONE);
  }
}
