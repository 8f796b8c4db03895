package io.sluice.routing.bootstrap;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A peer that is told over HTTP, as one object ({@code {"ID":..,"Addrs":[..]}}, Spegel v0.7.4) or
 * an array of them (later ones), of which the first three count.
 */
public final class HttpBootstrap implements BootstrapSource {
  private static final int PEERS_MAX = 3;

  private final URI url;

  /** The peers told at {@code url}. */
  public HttpBootstrap(URI url) {
    this.url = url;
  }

  @Override
  public List<BootstrapPeer> find(int attempt) throws IOException {
    String body = new String(HttpGet.of(url), StandardCharsets.UTF_8);
    List<BootstrapPeer> peers;
    try {
      peers = PeerJson.parse(body);
    } catch (IOException malformed) {
      throw new IOException(
          url + " answers with something else than peers: " + malformed.getMessage(), malformed);
    }
    return peers.subList(0, Math.min(PEERS_MAX, peers.size()));
  }
}
