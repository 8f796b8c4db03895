package io.sluice.server.config;

import io.sluice.routing.BootstrapSettings.Kind;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads how nodes find each other out of what an operator wrote. */
final class DiscoveryReader {
  private static final String TELL_PATH = "/id";

  private final SettingsReader values;

  DiscoveryReader(SettingsReader values) {
    this.values = values;
  }

  Discovery read() {
    Discovery off = Discovery.OFF;
    return new Discovery(
        optional(Setting.BOOTSTRAP_KIND, DiscoveryReader::parseKind).orElse(off.kind()),
        optional(Setting.STATIC_BOOTSTRAP_PEERS, DiscoveryReader::parsePeers)
            .orElse(off.staticPeers()),
        optional(Setting.DNS_BOOTSTRAP_DOMAIN, DiscoveryReader::parseDomain),
        optional(Setting.HTTP_BOOTSTRAP_PEER, DiscoveryReader::parseUrl),
        optional(Setting.HTTP_BOOTSTRAP_ADDR, HostPort::parse),
        optional(Setting.PSK_FILE, SettingsReader::parsePath),
        optional(Setting.PROTOCOL_PREFIX, String::strip).orElse(off.protocolPrefix()),
        optional(Setting.ZONE, String::strip).orElse(off.zone()));
  }

  private <T> Optional<T> optional(Setting setting, Function<String, T> parser) {
    return values.has(setting) ? Optional.of(values.value(setting, parser)) : Optional.empty();
  }

  private static Kind parseKind(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "static" -> Kind.STATIC;
      case "dns" -> Kind.DNS;
      case "http" -> Kind.HTTP;
      default -> throw new IllegalArgumentException("no such kind; write static, dns or http");
    };
  }

  private static List<String> parsePeers(String text) {
    List<String> peers = new ArrayList<>();
    for (String peer : text.strip().split("[,\\s]+")) {
      if (!peer.isEmpty()) {
        try {
          Multiaddr.parse(peer);
        } catch (MalformedException malformed) {
          throw new IllegalArgumentException(
              "not a multiaddress ("
                  + malformed.getMessage()
                  + "); write such as /ip4/10.0.0.2/tcp/5001",
              malformed);
        }
        peers.add(peer);
      }
    }
    return peers;
  }

  private static String parseDomain(String text) {
    String domain = new HostPort(text.strip(), 0).host();
    if (domain.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a name is expected, without a port");
    }
    return domain;
  }

  /** A bare address is where Spegel v0.7.4 appends its path; later ones are given all of it. */
  private static URI parseUrl(String text) {
    String stripped = text.strip();
    String whole = stripped.contains("://") ? stripped : "http://" + stripped;
    try {
      URI url = new URI(whole);
      boolean http = "http".equalsIgnoreCase(url.getScheme());
      if (!http || url.getHost() == null || url.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "not an address of HTTP without TLS; write such as http://10.0.0.2:5002");
      }
      boolean bare = url.getPath().isEmpty() || url.getPath().equals("/");
      return bare ? url.resolve(TELL_PATH) : url;
    } catch (URISyntaxException malformed) {
      throw new IllegalArgumentException(
          "not a URL; write such as http://10.0.0.2:5002", malformed);
    }
  }
}
