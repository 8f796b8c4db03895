package io.sluice.routing;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

/**
 * How the first peers are found.
 *
 * @param kind where to look
 * @param peers addresses, for {@link Kind#STATIC}
 * @param domain a name with an address per node, for {@link Kind#DNS}
 * @param url a document that names peers, for {@link Kind#HTTP}; null to name oneself only
 * @param serveAt where this node tells others of itself over HTTP; null to tell nobody
 */
public record BootstrapSettings(
    Kind kind, List<String> peers, String domain, URI url, InetSocketAddress serveAt) {
  /** Where to look for the first peers. */
  public enum Kind {
    /** Nowhere: others come to this node. */
    NONE,
    /** In a list. */
    STATIC,
    /** In DNS. */
    DNS,
    /** At a URL. */
    HTTP
  }

  /** Takes a copy of the addresses. */
  public BootstrapSettings {
    peers = List.copyOf(peers);
  }

  /** No peers: others come to this node. */
  public static BootstrapSettings none() {
    return new BootstrapSettings(Kind.NONE, List.of(), null, null, null);
  }

  /** These peers, such as {@code /ip4/192.0.2.1/tcp/5001/p2p/12D3Koo...}; port and id may lack. */
  public static BootstrapSettings ofPeers(List<String> peers) {
    return new BootstrapSettings(Kind.STATIC, peers, null, null, null);
  }

  /** The peers behind a name. */
  public static BootstrapSettings ofDomain(String domain) {
    return new BootstrapSettings(Kind.DNS, List.of(), domain, null, null);
  }

  /** The peers told at {@code url}, and this node told to others at {@code serveAt}. */
  public static BootstrapSettings ofUrl(URI url, InetSocketAddress serveAt) {
    return new BootstrapSettings(Kind.HTTP, List.of(), null, url, serveAt);
  }
}
