package io.sluice.routing.multiformat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A self-describing network address, such as {@code /ip4/192.0.2.1/tcp/5001/p2p/12D3Koo...}.
 * Immutable. An address with a part of a kind unknown here is carried along, as its length cannot
 * be known: the part and all that follows it are opaque.
 */
public final class Multiaddr {
  /** Longest address that is accepted, in bytes. */
  public static final int BYTES_MAX = 512;

  /** Text of the densest address, of two bytes for {@code /p2p-circuit}. */
  private static final int TEXT_CHARS_MAX = 6 * BYTES_MAX;

  private final byte[] bytes;

  /**
   * Takes a copy of the binary form, which is not checked; what comes from outside, {@link #of}.
   */
  public Multiaddr(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /**
   * Takes a copy of the binary form.
   *
   * @throws MalformedException when it is empty, too long, or a part of a known kind is not right
   */
  public static Multiaddr of(byte[] bytes) throws MalformedException {
    if (bytes.length == 0 || bytes.length > BYTES_MAX) {
      throw new MalformedException("an address of " + bytes.length + " bytes");
    }
    Parts parts = new Parts(bytes);
    while (parts.next()) {
      MultiaddrValue.check(parts.protocol, parts.value);
    }
    return new Multiaddr(bytes);
  }

  /** The address of a TCP socket. */
  public static Multiaddr ofTcp(InetSocketAddress socket) {
    byte[] ip = socket.getAddress().getAddress();
    MultiaddrProtocol family = ip.length == 4 ? MultiaddrProtocol.IP4 : MultiaddrProtocol.IP6;
    ByteBuffer out = ByteBuffer.allocate(4 + ip.length);
    Varint.write(out, family.code);
    out.put(ip);
    Varint.write(out, MultiaddrProtocol.TCP.code);
    out.putShort((short) socket.getPort());
    return new Multiaddr(out.array());
  }

  /**
   * Reads the text form.
   *
   * @throws MalformedException when it is none, in words for who wrote it
   */
  public static Multiaddr parse(String text) throws MalformedException {
    if (!text.startsWith("/") || text.length() == 1 || text.length() > TEXT_CHARS_MAX) {
      throw new MalformedException(
          "'" + text + "' is no address; one looks like /ip4/192.0.2.1/tcp/5001");
    }
    int end = text.length() - (text.endsWith("/") ? 1 : 0);
    String[] words = text.substring(1, end).split("/", -1);
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
    for (int i = 0; i < words.length; i++) {
      MultiaddrProtocol protocol = MultiaddrProtocol.of(words[i]);
      if (protocol == null) {
        throw new MalformedException("'" + words[i] + "' in '" + text + "' is no known protocol");
      }
      byte[] value = {};
      if (protocol.bytes != 0) {
        if (++i == words.length) {
          throw new MalformedException("'" + text + "' ends after '" + protocol.text + "'");
        }
        value = MultiaddrValue.parse(protocol, words[i]);
      }
      write(out, protocol, value);
    }
    return of(Arrays.copyOf(out.array(), out.position()));
  }

  private static void write(ByteBuffer out, MultiaddrProtocol protocol, byte[] value)
      throws MalformedException {
    boolean prefixed = protocol.bytes == MultiaddrProtocol.PREFIXED;
    int size = Varint.size(protocol.code) + (prefixed ? Varint.size(value.length) : 0);
    if (out.remaining() < size + value.length) {
      throw new MalformedException("an address of more than " + BYTES_MAX + " bytes");
    }
    Varint.write(out, protocol.code);
    if (prefixed) {
      Varint.write(out, value.length);
    }
    out.put(value);
  }

  /** A copy of the binary form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Length of the binary form. */
  public int size() {
    return bytes.length;
  }

  /** The IP address that it begins with; null when it begins with something else. */
  public InetAddress ip() {
    Parts parts = new Parts(bytes);
    return parts.nextOrEnd() ? parts.ip() : null;
  }

  /** The host name that it begins with; null when it begins with something else. */
  public String hostName() {
    Parts parts = new Parts(bytes);
    boolean named =
        parts.nextOrEnd() && parts.protocol.isName() && parts.protocol != MultiaddrProtocol.DNSADDR;
    return named ? new String(parts.value, StandardCharsets.UTF_8) : null;
  }

  /** Whether {@link #hostName} may stand for an IPv4 address, an IPv6 address. */
  public boolean allowsFamily(boolean ip6) {
    Parts parts = new Parts(bytes);
    return parts.nextOrEnd()
        && parts.protocol != (ip6 ? MultiaddrProtocol.DNS4 : MultiaddrProtocol.DNS6)
        && parts.protocol != (ip6 ? MultiaddrProtocol.IP4 : MultiaddrProtocol.IP6);
  }

  /**
   * The TCP port, if this is a plain TCP address: an IP address or a host name, a port, perhaps a
   * peer id; otherwise -1.
   */
  public int tcpPort() {
    Parts parts = new Parts(bytes);
    boolean host = hostName() != null || ip() != null;
    if (!host
        || !parts.nextOrEnd()
        || !parts.nextOrEnd()
        || parts.protocol != MultiaddrProtocol.TCP) {
      return -1;
    }
    int port = (parts.value[0] & 0xff) << 8 | parts.value[1] & 0xff;
    boolean more = !parts.atEnd();
    boolean plain = !more || parts.nextOrEnd() && parts.protocol == MultiaddrProtocol.P2P;
    return plain && parts.atEnd() ? port : -1;
  }

  /** The peer that is named at its end; null when none is. */
  public PeerId peer() {
    Parts parts = new Parts(bytes);
    PeerId peer = null;
    while (parts.nextOrEnd()) {
      peer = parts.protocol == MultiaddrProtocol.P2P ? new PeerId(parts.value) : null;
    }
    return parts.atEnd() ? peer : null;
  }

  /** The same address without the peer that is named at its end. */
  public Multiaddr withoutPeer() {
    PeerId peer = peer();
    if (peer == null) {
      return this;
    }
    int suffix = Varint.size(MultiaddrProtocol.P2P.code) + Varint.size(peer.size()) + peer.size();
    return new Multiaddr(Arrays.copyOf(bytes, bytes.length - suffix));
  }

  /** The same address with a peer named at its end. */
  public Multiaddr withPeer(PeerId peer) {
    byte[] id = peer.toBytes();
    ByteBuffer out = ByteBuffer.allocate(bytes.length + 2 * Varint.BYTES_MAX + id.length);
    out.put(bytes);
    Varint.write(out, MultiaddrProtocol.P2P.code);
    Varint.write(out, id.length);
    out.put(id);
    return new Multiaddr(Arrays.copyOf(out.array(), out.position()));
  }

  /** The text form; opaque bytes as {@code /unknown/} and hexadecimal digits. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    Parts parts = new Parts(bytes);
    while (parts.nextOrEnd()) {
      text.append('/').append(parts.protocol.text);
      if (parts.protocol.bytes != 0) {
        text.append('/').append(MultiaddrValue.format(parts.protocol, parts.value));
      }
    }
    if (!parts.atEnd()) {
      text.append("/unknown/").append(HexFormat.of().formatHex(bytes, parts.start, bytes.length));
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Walks over the parts, as far as their kinds are known. */
  private static final class Parts {
    private final ByteBuffer in;
    private MultiaddrProtocol protocol;
    private byte[] value;
    private int start;

    private Parts(byte[] bytes) {
      in = ByteBuffer.wrap(bytes);
    }

    /** Goes on to the next part; false at the end, and before one of an unknown kind. */
    private boolean next() throws MalformedException {
      start = in.position();
      if (!in.hasRemaining()) {
        return false;
      }
      protocol = MultiaddrProtocol.of(Varint.read(in));
      if (protocol == null) {
        in.position(start);
        return false;
      }
      boolean prefixed = protocol.bytes == MultiaddrProtocol.PREFIXED;
      long length = prefixed ? Varint.read(in) : protocol.bytes;
      if (length > in.remaining()) {
        throw new MalformedException("an address is cut short in '" + protocol.text + "'");
      }
      value = new byte[(int) length];
      in.get(value);
      return true;
    }

    /** The same, with what cannot be read as a part of an unknown kind. */
    private boolean nextOrEnd() {
      try {
        return next();
      } catch (MalformedException e) {
        in.position(start);
        return false;
      }
    }

    private boolean atEnd() {
      return !in.hasRemaining();
    }

    private InetAddress ip() {
      try {
        boolean ip = protocol == MultiaddrProtocol.IP4 || protocol == MultiaddrProtocol.IP6;
        return ip ? InetAddress.getByAddress(value) : null;
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address of " + value.length + " bytes", e);
      }
    }
  }
}
