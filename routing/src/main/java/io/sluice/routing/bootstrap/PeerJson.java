package io.sluice.routing.bootstrap;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.List;

/**
 * Peers as go-libp2p writes them in JSON: {@code {"ID":"12D3Koo..","Addrs":["/ip4/.."]}}, or an
 * array of these. An empty or missing id is unknown; other members, and addresses of other kinds,
 * are passed over.
 */
final class PeerJson {
  private static final int DEPTH_MAX = 16;
  private static final int PEERS_MAX = 64;

  private final String text;
  private int at;

  private PeerJson(String text) {
    this.text = text;
  }

  /**
   * Reads peers.
   *
   * @throws MalformedException when it is something else
   */
  static List<BootstrapPeer> parse(String text) throws MalformedException {
    PeerJson json = new PeerJson(text);
    List<BootstrapPeer> peers = json.peek() == '[' ? json.peers() : List.of(json.peer());
    if (json.peek() != 0) {
      throw json.unexpected();
    }
    return peers;
  }

  /** Writes one peer as one object, or as an array of one. */
  static String format(PeerId id, List<Multiaddr> addresses, boolean asArray) {
    StringBuilder out = new StringBuilder(asArray ? "[" : "");
    out.append("{\"ID\":\"").append(id).append("\",\"Addrs\":[");
    for (int i = 0; i < addresses.size(); i++) {
      out.append(i == 0 ? "\"" : ",\"").append(addresses.get(i)).append('"');
    }
    return out.append("]}").append(asArray ? "]" : "").toString();
  }

  private List<BootstrapPeer> peers() throws MalformedException {
    List<BootstrapPeer> peers = new ArrayList<>();
    expect('[');
    if (skipIf(']')) {
      return peers;
    }
    do {
      BootstrapPeer peer = peer();
      if (peers.size() < PEERS_MAX) {
        peers.add(peer);
      }
    } while (skipIf(','));
    expect(']');
    return peers;
  }

  private BootstrapPeer peer() throws MalformedException {
    String id = "";
    List<Multiaddr> addresses = new ArrayList<>();
    expect('{');
    if (!skipIf('}')) {
      do {
        String name = string();
        expect(':');
        switch (name) {
          case "ID" -> id = string();
          case "Addrs" -> addresses(addresses);
          default -> skipValue(0);
        }
      } while (skipIf(','));
      expect('}');
    }
    return new BootstrapPeer(id.isEmpty() ? null : PeerId.parse(id), addresses);
  }

  private void addresses(List<Multiaddr> addresses) throws MalformedException {
    if (peek() == 'n') {
      skipValue(0);
      return;
    }
    expect('[');
    if (skipIf(']')) {
      return;
    }
    do {
      addAddress(string(), addresses);
    } while (skipIf(','));
    expect(']');
  }

  private static void addAddress(String address, List<Multiaddr> addresses) {
    try {
      addresses.add(Multiaddr.parse(address).withoutPeer());
    } catch (MalformedException unknownKind) {
      // Another address may do.
    }
  }

  private void skipValue(int depth) throws MalformedException {
    if (depth > DEPTH_MAX) {
      throw new MalformedException("the JSON is nested too deeply");
    }
    char next = peek();
    if (next == '"') {
      string();
    } else if (next == '{' || next == '[') {
      char end = next == '{' ? '}' : ']';
      expect(next);
      if (skipIf(end)) {
        return;
      }
      do {
        skipValue(depth + 1);
        if (next == '{') {
          expect(':');
          skipValue(depth + 1);
        }
      } while (skipIf(','));
      expect(end);
    } else {
      skipWord();
    }
  }

  /** Passes over a number, true, false or null. */
  private void skipWord() throws MalformedException {
    int start = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw unexpected();
    }
  }

  private static boolean isWord(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || "+-.E".indexOf(c) >= 0;
  }

  private String string() throws MalformedException {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw unexpected();
  }

  private char escaped() throws MalformedException {
    if (at >= text.length()) {
      throw unexpected();
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode();
      default -> c;
    };
  }

  private char unicode() throws MalformedException {
    try {
      char c = (char) Integer.parseInt(text, at, at + 4, 16);
      at += 4;
      return c;
    } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
      throw unexpected();
    }
  }

  /** The next character that is no space; 0 at the end. */
  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean skipIf(char wanted) {
    if (peek() == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) throws MalformedException {
    if (!skipIf(wanted)) {
      throw unexpected();
    }
  }

  private MalformedException unexpected() {
    return new MalformedException("unexpected end or character at " + at);
  }
}
