package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.ProtobufWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  private static final byte[] KEY = ContentKey.of("foobar").toBytes();

  @Test
  void aRequestHasTheBytesOfGo() {
    ByteBuffer request =
        MessageCodec.encode(KademliaMessage.request(MessageType.GET_PROVIDERS, KEY));
    assertEquals(
        "26" + "0803" + "1222" + HexFormat.of().formatHex(KEY),
        HexFormat.of().formatHex(request.array()));
  }

  @Test
  void aMessageComesBackWhereverItIsCut() throws MalformedException {
    KademliaMessage sent =
        new KademliaMessage(
            MessageType.GET_PROVIDERS,
            KEY,
            List.of(Peers.record(1), Peers.record(2)),
            List.of(Peers.record(3)));
    ByteBuffer once = MessageCodec.encode(sent);
    ByteBuffer twice = ByteBuffer.allocate(2 * once.limit());
    twice.put(once.duplicate()).put(once).flip();
    for (int cut = 0; cut <= twice.limit(); cut++) {
      List<KademliaMessage> read = new ArrayList<>();
      MessageReader reader = new MessageReader(KademliaLimits.ANSWER_BYTES_MAX);
      readAll(reader, twice.slice(0, cut), read);
      readAll(reader, twice.slice(cut, twice.limit() - cut), read);
      assertEquals(2, read.size());
      for (KademliaMessage message : read) {
        assertEquals(sent.type(), message.type());
        assertArrayEquals(KEY, message.key());
        assertEquals(sent.closerPeers(), message.closerPeers());
        assertEquals(sent.providerPeers(), message.providerPeers());
      }
    }
  }

  private static void readAll(MessageReader reader, ByteBuffer in, List<KademliaMessage> read)
      throws MalformedException {
    KademliaMessage message = reader.next(in);
    while (message != null) {
      read.add(message);
      message = reader.next(in);
    }
  }

  @Test
  void byteByByteItIsTheSame() throws MalformedException {
    ByteBuffer all = MessageCodec.encode(KademliaMessage.request(MessageType.FIND_NODE, KEY));
    MessageReader reader = new MessageReader(KademliaLimits.REQUEST_BYTES_MAX);
    for (int i = 0; i < all.limit() - 1; i++) {
      assertNull(reader.next(all.slice(i, 1)));
    }
    assertArrayEquals(KEY, reader.next(all.slice(all.limit() - 1, 1)).key());
  }

  @Test
  void unknownFieldsArePassedOver() throws MalformedException {
    byte[] message =
        new ProtobufWriter()
            .number(1, 4)
            .bytes(2, KEY)
            .bytes(3, new byte[100])
            .number(10, 7)
            .text(15, "from the future")
            .toBytes();
    assertEquals(MessageType.FIND_NODE, MessageCodec.decode(ByteBuffer.wrap(message)).type());
  }

  @Test
  void addressesThatCannotBeDialledAreLeftOutAndThePeerStays() throws MalformedException {
    ProtobufWriter peer = new ProtobufWriter().bytes(1, Peers.id(1).toBytes());
    peer.bytes(2, new byte[] {99, 1, 2, 3});
    peer.bytes(2, Multiaddr.parse("/ip4/192.0.2.1/udp/5001/quic-v1").toBytes());
    peer.bytes(2, Multiaddr.parse("/dns4/node.example.com/tcp/5001").toBytes());
    peer.bytes(2, Peers.address(1).toBytes());
    peer.bytes(2, Multiaddr.parse("/ip6/2001:db8::1/tcp/5001").toBytes());
    byte[] message = new ProtobufWriter().number(1, 4).message(8, peer).toBytes();
    PeerRecord read = MessageCodec.decode(ByteBuffer.wrap(message)).closerPeers().getFirst();
    assertEquals(
        List.of(Peers.address(1), Multiaddr.parse("/ip6/2001:db8::1/tcp/5001")), read.addresses());
  }

  @Test
  void whatIsTooMuchIsLeftOut() throws MalformedException {
    ProtobufWriter message = new ProtobufWriter().number(1, 4);
    ProtobufWriter peer = new ProtobufWriter().bytes(1, Peers.id(1).toBytes());
    for (int i = 0; i <= KademliaLimits.ADDRESSES_PER_PEER; i++) {
      peer.bytes(2, Peers.address(i).toBytes());
    }
    for (int i = 0; i <= KademliaLimits.PROVIDERS_PER_ANSWER; i++) {
      message.message(8, peer).message(9, peer);
    }
    message.message(9, new ProtobufWriter().bytes(1, new byte[200]));
    KademliaMessage read = MessageCodec.decode(ByteBuffer.wrap(message.toBytes()));
    assertEquals(KademliaLimits.CLOSER_PEERS_PER_ANSWER, read.closerPeers().size());
    assertEquals(KademliaLimits.PROVIDERS_PER_ANSWER, read.providerPeers().size());
    assertEquals(
        KademliaLimits.ADDRESSES_PER_PEER, read.closerPeers().getFirst().addresses().size());
  }

  @Test
  void anAnswerThatWouldBeTooLongNamesFewerProviders() throws MalformedException {
    List<PeerRecord> providers = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      providers.add(Peers.record(i));
    }
    ByteBuffer sent =
        MessageCodec.encode(
            new KademliaMessage(MessageType.GET_PROVIDERS, KEY, List.of(), providers));
    assertTrue(sent.remaining() <= KademliaLimits.ANSWER_BYTES_SENT_MAX + 4);
    assertTrue(sent.remaining() > KademliaLimits.ANSWER_BYTES_SENT_MAX / 4);
  }

  @Test
  void aMessageMayBeAsLongAsTheLimitAndNoLonger() throws MalformedException {
    int limit = 1000;
    byte[] longest = new ProtobufWriter().number(1, 4).bytes(15, new byte[limit - 5]).toBytes();
    assertEquals(limit, longest.length);
    MessageReader reader = new MessageReader(limit);
    ByteBuffer delimited =
        new ProtobufWriter().number(1, 4).bytes(15, new byte[limit - 5]).toDelimited();
    assertEquals(MessageType.FIND_NODE, reader.next(delimited).type());
    ByteBuffer longer =
        new ProtobufWriter().number(1, 4).bytes(15, new byte[limit - 4]).toDelimited();
    assertThrows(MalformedException.class, () -> new MessageReader(limit).next(longer));
    ByteBuffer endless = ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1});
    assertThrows(MalformedException.class, () -> new MessageReader(limit).next(endless));
  }

  @Test
  void noiseIsRefusedAndNothingElseHappens() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] good =
        MessageCodec.encode(
                new KademliaMessage(
                    MessageType.ADD_PROVIDER, KEY, List.of(), List.of(Peers.record(1))))
            .array();
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        new MessageReader(KademliaLimits.REQUEST_BYTES_MAX).next(ByteBuffer.wrap(bad));
      } catch (MalformedException refused) {
        // As it should be.
      } catch (RuntimeException broken) {
        throw new AssertionError("seed " + seed, broken);
      }
    }
  }
}
