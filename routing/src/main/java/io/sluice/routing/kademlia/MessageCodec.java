package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import io.sluice.routing.multiformat.ProtobufReader;
import io.sluice.routing.multiformat.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of {@code dht.proto} (go-libp2p-kad-dht), each behind its length as a varint. Values
 * that only {@code PUT_VALUE} and {@code GET_VALUE} use are skipped.
 */
final class MessageCodec {
  private static final int TYPE = 1;
  private static final int KEY = 2;
  private static final int CLOSER_PEERS = 8;
  private static final int PROVIDER_PEERS = 9;
  private static final int PEER_ID = 1;
  private static final int PEER_ADDRESSES = 2;

  private static final int LENGTH_DELIMITED = 2;

  private static final byte[] NO_KEY = new byte[0];

  private MessageCodec() {}

  /**
   * The message, with its length in front.
   *
   * <p>An answer beyond {@link KademliaLimits#ANSWER_BYTES_SENT_MAX} is sent without the providers
   * that are too many.
   */
  static ByteBuffer encode(KademliaMessage message) {
    List<PeerRecord> providers = message.providerPeers();
    int bytes = bytesOf(message, providers);
    while (bytes > KademliaLimits.ANSWER_BYTES_SENT_MAX && !providers.isEmpty()) {
      providers = providers.subList(0, providers.size() / 2);
      bytes = bytesOf(message, providers);
    }
    ByteBuffer out = ByteBuffer.allocate(Varint.size(bytes) + bytes);
    Varint.write(out, bytes);
    if (message.type().number() != 0) {
      out.put((byte) (TYPE << 3)).put((byte) message.type().number());
    }
    if (message.key().length > 0) {
      writeBytes(out, KEY, message.key());
    }
    writePeers(out, CLOSER_PEERS, message.closerPeers());
    writePeers(out, PROVIDER_PEERS, providers);
    return out.flip();
  }

  private static int bytesOf(KademliaMessage message, List<PeerRecord> providers) {
    int bytes = message.type().number() == 0 ? 0 : 2;
    if (message.key().length > 0) {
      bytes += fieldBytes(message.key().length);
    }
    for (PeerRecord peer : message.closerPeers()) {
      bytes += fieldBytes(peer.wire().length);
    }
    for (PeerRecord peer : providers) {
      bytes += fieldBytes(peer.wire().length);
    }
    return bytes;
  }

  /** Bytes of a field with so many bytes of content; all field numbers are below 16. */
  private static int fieldBytes(int length) {
    return 1 + Varint.size(length) + length;
  }

  private static void begin(ByteBuffer out, int field, int length) {
    out.put((byte) (field << 3 | LENGTH_DELIMITED));
    Varint.write(out, length);
  }

  private static void writeBytes(ByteBuffer out, int field, byte[] value) {
    begin(out, field, value.length);
    out.put(value);
  }

  private static void writePeers(ByteBuffer out, int field, List<PeerRecord> peers) {
    for (PeerRecord peer : peers) {
      writeBytes(out, field, peer.wire());
    }
  }

  /** A peer as it is in messages. */
  static byte[] encodePeer(PeerRecord peer) {
    int bytes = fieldBytes(peer.id().size());
    for (Multiaddr address : peer.addresses()) {
      bytes += fieldBytes(address.size());
    }
    ByteBuffer out = ByteBuffer.allocate(bytes);
    writeBytes(out, PEER_ID, peer.id().toBytes());
    for (Multiaddr address : peer.addresses()) {
      writeBytes(out, PEER_ADDRESSES, address.toBytes());
    }
    return out.array();
  }

  /**
   * Reads a message without its length. Peers and addresses beyond the limits, and those that make
   * no sense, are left out.
   *
   * @param bytes from its position to its limit; nothing of it is kept
   */
  static KademliaMessage decode(ByteBuffer bytes) throws MalformedException {
    ProtobufReader in = new ProtobufReader(bytes);
    MessageType type = MessageType.PUT_VALUE;
    byte[] key = NO_KEY;
    List<PeerRecord> closer = new ArrayList<>();
    List<PeerRecord> providers = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case TYPE -> type = MessageType.of(in.number());
        case KEY -> key = in.bytes();
        case CLOSER_PEERS -> addPeer(in.view(), closer, KademliaLimits.CLOSER_PEERS_PER_ANSWER);
        case PROVIDER_PEERS -> addPeer(in.view(), providers, KademliaLimits.PROVIDERS_PER_ANSWER);
        default -> {}
      }
    }
    return new KademliaMessage(type, key, closer, providers);
  }

  private static void addPeer(ByteBuffer bytes, List<PeerRecord> peers, int peersMax)
      throws MalformedException {
    if (peers.size() >= peersMax) {
      return;
    }
    ProtobufReader in = new ProtobufReader(bytes);
    byte[] id = NO_KEY;
    List<Multiaddr> addresses = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case PEER_ID -> id = in.bytes();
        case PEER_ADDRESSES -> addAddress(in.bytes(), addresses);
        default -> {}
      }
    }
    if (isPeerId(id)) {
      peers.add(new PeerRecord(new PeerId(id), addresses));
    }
  }

  private static boolean isPeerId(byte[] id) {
    try {
      PeerId.of(id);
      return true;
    } catch (MalformedException other) {
      return false;
    }
  }

  private static void addAddress(byte[] address, List<Multiaddr> addresses) {
    if (addresses.size() < KademliaLimits.ADDRESSES_PER_PEER
        && address.length <= KademliaLimits.ADDRESS_BYTES_MAX
        && Endpoints.isUsable(address)) {
      addresses.add(new Multiaddr(address));
    }
  }
}
