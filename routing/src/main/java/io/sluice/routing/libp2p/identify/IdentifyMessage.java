package io.sluice.routing.libp2p.identify;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.ProtobufReader;
import io.sluice.routing.multiformat.ProtobufWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer says of itself. Several messages make one: lists are joined, and the last of what can
 * be there once only counts. Of lists that are longer than allowed, the rest is left out.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/identify/README.md">the
 *     specification</a>
 */
public final class IdentifyMessage {
  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRESS = 2;
  private static final int PROTOCOL = 3;
  private static final int OBSERVED_ADDRESS = 4;
  private static final int PROTOCOL_VERSION = 5;
  private static final int AGENT_VERSION = 6;
  private static final String VERSION = "ipfs/0.1.0";

  private final List<Multiaddr> addresses = new ArrayList<>();
  private final List<String> protocols = new ArrayList<>();
  private int addressBytes;
  private String agent = "";

  /** Says nothing so far. */
  public IdentifyMessage() {}

  /**
   * Composes what a node says of itself.
   *
   * @param observed where it sees the peer
   */
  public static ByteBuffer compose(
      byte[] publicKeyMessage,
      List<Multiaddr> addresses,
      List<String> protocols,
      Multiaddr observed,
      String agent) {
    ProtobufWriter message = new ProtobufWriter().bytes(PUBLIC_KEY, publicKeyMessage);
    int room = HostLimits.IDENTIFY_ADDRESS_BYTES;
    for (Multiaddr address : addresses) {
      room -= address.size();
      if (room >= 0) {
        message.bytes(LISTEN_ADDRESS, address.toBytes());
      }
    }
    for (String protocol : protocols) {
      message.text(PROTOCOL, protocol);
    }
    return message
        .bytes(OBSERVED_ADDRESS, observed.toBytes())
        .text(PROTOCOL_VERSION, VERSION)
        .text(AGENT_VERSION, agent)
        .toDelimited();
  }

  /**
   * Adds what another message says. An address that is not understood is left out.
   *
   * @throws MalformedException when it is no message
   */
  public void add(ByteBuffer message) throws MalformedException {
    ProtobufReader reader = new ProtobufReader(message);
    while (reader.next()) {
      switch (reader.field()) {
        case LISTEN_ADDRESS -> addAddress(reader.bytes());
        case PROTOCOL -> addProtocol(reader.text());
        case AGENT_VERSION -> agent = reader.text();
        default -> {
          // The key is known from the handshake, and nothing else is needed.
        }
      }
    }
  }

  /** Where the peer listens; without a peer at the end, and each once. */
  public List<Multiaddr> addresses() {
    return addresses;
  }

  /** Protocols that the peer serves. */
  public List<String> protocols() {
    return protocols;
  }

  /** Name and version of the peer's program; empty when it does not say. */
  public String agent() {
    return agent;
  }

  private void addAddress(byte[] bytes) {
    Multiaddr address;
    try {
      address = Multiaddr.of(bytes).withoutPeer();
    } catch (MalformedException e) {
      return;
    }
    boolean room =
        addresses.size() < HostLimits.IDENTIFY_ADDRESSES
            && addressBytes + address.size() <= HostLimits.IDENTIFY_ADDRESS_BYTES;
    if (room && address.size() > 0 && !addresses.contains(address)) {
      addresses.add(address);
      addressBytes += address.size();
    }
  }

  private void addProtocol(String protocol) {
    if (protocols.size() < HostLimits.IDENTIFY_PROTOCOLS
        && protocol.length() <= HostLimits.PROTOCOL_CHARS) {
      protocols.add(protocol);
    }
  }
}
