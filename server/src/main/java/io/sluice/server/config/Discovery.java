package io.sluice.server.config;

import io.sluice.routing.BootstrapSettings.Kind;
import io.sluice.routing.RouterSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How nodes find each other.
 *
 * @param kind where the first peers are found; {@link Kind#NONE} without discovery
 * @param staticPeers multiaddresses, for {@link Kind#STATIC}
 * @param dnsDomain a name with an address for each node, for {@link Kind#DNS}
 * @param httpPeer what is fetched for {@link Kind#HTTP}; a node without it is the first
 * @param httpAddr where this node tells others of itself
 * @param pskFile the key of a private network
 * @param protocolPrefix what the name of the routing protocol begins with
 * @param zone which part of the cluster this node is in; empty when that does not matter
 */
public record Discovery(
    Kind kind,
    List<String> staticPeers,
    Optional<String> dnsDomain,
    Optional<URI> httpPeer,
    Optional<HostPort> httpAddr,
    Optional<Path> pskFile,
    String protocolPrefix,
    String zone) {
  /** No discovery. */
  public static final Discovery OFF =
      new Discovery(
          Kind.NONE,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          RouterSettings.PROTOCOL_PREFIX,
          "");

  /** Takes a copy of the addresses. */
  public Discovery {
    staticPeers = List.copyOf(staticPeers);
  }

  /** Discovery that begins with these multiaddresses. */
  public static Discovery ofPeers(List<String> peers) {
    return new Discovery(
        Kind.STATIC,
        peers,
        OFF.dnsDomain,
        OFF.httpPeer,
        OFF.httpAddr,
        OFF.pskFile,
        OFF.protocolPrefix,
        OFF.zone);
  }

  /** Whether nodes look for each other at all. */
  public boolean isOn() {
    return kind != Kind.NONE;
  }
}
