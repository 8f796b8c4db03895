package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
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
    ByteBuffer out = ByteBuffer.allocate(WireWriter.varintBytes(bytes) + bytes);
    WireWriter.varint(out, bytes);
    if (message.type().number() != 0) {
      WireWriter.number(out, TYPE, message.type().number());
    }
    if (message.key().length > 0) {
      WireWriter.bytes(out, KEY, message.key());
    }
    writePeers(out, CLOSER_PEERS, message.closerPeers());
    writePeers(out, PROVIDER_PEERS, providers);
    return out.flip();
  }

  private static int bytesOf(KademliaMessage message, List<PeerRecord> providers) {
    int bytes = message.type().number() == 0 ? 0 : 2;
    if (message.key().length > 0) {
      bytes += WireWriter.fieldBytes(message.key().length);
    }
    for (PeerRecord peer : message.closerPeers()) {
      bytes += WireWriter.fieldBytes(bytesOf(peer));
    }
    for (PeerRecord peer : providers) {
      bytes += WireWriter.fieldBytes(bytesOf(peer));
    }
    return bytes;
  }

  private static int bytesOf(PeerRecord peer) {
    int bytes = WireWriter.fieldBytes(peer.id().toBytes().length);
    for (Multiaddr address : peer.addresses()) {
      bytes += WireWriter.fieldBytes(address.toBytes().length);
    }
    return bytes;
  }

  private static void writePeers(ByteBuffer out, int field, List<PeerRecord> peers) {
    for (PeerRecord peer : peers) {
      WireWriter.begin(out, field, bytesOf(peer));
      WireWriter.bytes(out, PEER_ID, peer.id().toBytes());
      for (Multiaddr address : peer.addresses()) {
        WireWriter.bytes(out, PEER_ADDRESSES, address.toBytes());
      }
    }
  }

  /**
   * Reads a message without its length. Peers and addresses beyond the limits are left out.
   *
   * @param bytes from its position to its limit; nothing of it is kept
   */
  static KademliaMessage decode(ByteBuffer bytes) throws MalformedMessageException {
    WireReader in = new WireReader(bytes);
    MessageType type = MessageType.PUT_VALUE;
    byte[] key = NO_KEY;
    List<PeerRecord> closer = new ArrayList<>();
    List<PeerRecord> providers = new ArrayList<>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case TYPE -> type = MessageType.of(in.number());
        case KEY -> key = in.byteArray();
        case CLOSER_PEERS -> addPeer(in.bytes(), closer, KademliaLimits.CLOSER_PEERS_PER_ANSWER);
        case PROVIDER_PEERS -> addPeer(in.bytes(), providers, KademliaLimits.PROVIDERS_PER_ANSWER);
        default -> in.skip();
      }
    }
    return new KademliaMessage(type, key, closer, providers);
  }

  private static void addPeer(ByteBuffer bytes, List<PeerRecord> peers, int peersMax)
      throws MalformedMessageException {
    if (peers.size() >= peersMax) {
      return;
    }
    WireReader in = new WireReader(bytes);
    byte[] id = NO_KEY;
    List<Multiaddr> addresses = new ArrayList<>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case PEER_ID -> id = in.byteArray();
        case PEER_ADDRESSES -> addAddress(in.byteArray(), addresses);
        default -> in.skip();
      }
    }
    if (id.length > 0 && id.length <= KademliaLimits.PEER_ID_BYTES_MAX) {
      peers.add(new PeerRecord(new PeerId(id), addresses));
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
