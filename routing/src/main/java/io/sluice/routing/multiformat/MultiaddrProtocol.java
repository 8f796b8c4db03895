package io.sluice.routing.multiformat;

/** The protocols of addresses that can be read and written as text, with their published codes. */
enum MultiaddrProtocol {
  IP4("ip4", 4, 4),
  TCP("tcp", 6, 2),
  IP6("ip6", 41, 16),
  IP6ZONE("ip6zone", 42, MultiaddrProtocol.PREFIXED),
  DNS("dns", 53, MultiaddrProtocol.PREFIXED),
  DNS4("dns4", 54, MultiaddrProtocol.PREFIXED),
  DNS6("dns6", 55, MultiaddrProtocol.PREFIXED),
  DNSADDR("dnsaddr", 56, MultiaddrProtocol.PREFIXED),
  UDP("udp", 273, 2),
  P2P_CIRCUIT("p2p-circuit", 290, 0),
  P2P("p2p", 421, MultiaddrProtocol.PREFIXED),
  TLS("tls", 448, 0),
  QUIC("quic", 460, 0),
  QUIC_V1("quic-v1", 461, 0),
  WS("ws", 477, 0),
  WSS("wss", 478, 0);

  /** The value is preceded by its length. */
  static final int PREFIXED = -1;

  final String text;
  final int code;

  /** Length of the value, or {@link #PREFIXED}. */
  final int bytes;

  MultiaddrProtocol(String text, int code, int bytes) {
    this.text = text;
    this.code = code;
    this.bytes = bytes;
  }

  /** The protocol of a code, or null. */
  static MultiaddrProtocol of(long code) {
    for (MultiaddrProtocol protocol : values()) {
      if (protocol.code == code) {
        return protocol;
      }
    }
    return null;
  }

  /** The protocol of a name, or null. */
  static MultiaddrProtocol of(String text) {
    for (MultiaddrProtocol protocol : values()) {
      if (protocol.text.equals(text)) {
        return protocol;
      }
    }
    // What p2p was called before.
    return text.equals("ipfs") ? P2P : null;
  }

  boolean isName() {
    return this == DNS || this == DNS4 || this == DNS6 || this == DNSADDR;
  }
}
