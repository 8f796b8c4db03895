package io.sluice.routing.libp2p.identify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.ProtobufWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentifyMessageTest {
  private final Identity identity = Identity.generate();
  private final IdentifyMessage message = new IdentifyMessage();

  @Test
  void whatIsComposedIsUnderstood() throws IOException {
    List<Multiaddr> addresses = List.of(address(1), address(2));
    ByteBuffer composed =
        IdentifyMessage.compose(
            identity.publicKeyMessage(), addresses, List.of("/a", "/b"), address(3), "test/1");
    DelimitedReader reader = new DelimitedReader(HostLimits.IDENTIFY_MESSAGE_BYTES);
    message.add(reader.next(composed));
    assertEquals(addresses, message.addresses());
    assertEquals(List.of("/a", "/b"), message.protocols());
    assertEquals("test/1", message.agent());
    assertNull(reader.next(composed));
  }

  @Test
  void severalMessagesAreOneAndAddressesAreOnce() throws IOException {
    Multiaddr named = address(1).withPeer(identity.id());
    message.add(ByteBuffer.wrap(new ProtobufWriter().bytes(2, named.toBytes()).toBytes()));
    message.add(
        ByteBuffer.wrap(
            new ProtobufWriter()
                .bytes(2, address(1).toBytes())
                .bytes(2, address(2).toBytes())
                .text(3, "/a")
                .bytes(8, new byte[100])
                .toBytes()));
    assertEquals(List.of(address(1), address(2)), message.addresses());
    assertEquals(List.of("/a"), message.protocols());
  }

  @Test
  void anAddressThatIsNotUnderstoodIsLeftOut() throws IOException {
    message.add(
        ByteBuffer.wrap(
            new ProtobufWriter()
                .bytes(2, new byte[] {4, 1})
                .bytes(2, new byte[0])
                .bytes(2, address(7).toBytes())
                .toBytes()));
    assertEquals(List.of(address(7)), message.addresses());
  }

  @Test
  void listsHaveLimits() throws IOException {
    ProtobufWriter writer = new ProtobufWriter();
    for (int i = 1; i <= HostLimits.IDENTIFY_ADDRESSES + 1; i++) {
      writer.bytes(2, address(i).toBytes());
    }
    for (int i = 1; i <= HostLimits.IDENTIFY_PROTOCOLS + 1; i++) {
      writer.text(3, "/" + i);
    }
    message.add(ByteBuffer.wrap(writer.toBytes()));
    assertEquals(HostLimits.IDENTIFY_ADDRESSES, message.addresses().size());
    assertEquals(HostLimits.IDENTIFY_PROTOCOLS, message.protocols().size());
    IdentifyMessage other = new IdentifyMessage();
    String longest = "p".repeat(HostLimits.PROTOCOL_CHARS);
    ProtobufWriter large = new ProtobufWriter().text(3, longest).text(3, longest + "p");
    for (int i = 0; i < 6; i++) {
      String name = "/dns/" + (char) ('a' + i) + "a".repeat(240) + "/tcp/1/p2p/" + identity.id();
      Multiaddr address = Multiaddr.parse(name + "/p2p/" + identity.id());
      for (int j = 0; j < 3; j++) {
        large.bytes(2, address.withPeer(Identity.generate().id()).toBytes());
      }
    }
    other.add(ByteBuffer.wrap(large.toBytes()));
    assertEquals(List.of(longest), other.protocols());
    int bytes = other.addresses().stream().mapToInt(Multiaddr::size).sum();
    assertTrue(bytes <= HostLimits.IDENTIFY_ADDRESS_BYTES);
  }

  @Test
  void whatIsComposedHasLimitsToo() throws IOException {
    List<Multiaddr> many = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      many.add(address(i + 1));
    }
    ByteBuffer composed =
        IdentifyMessage.compose(identity.publicKeyMessage(), many, List.of(), address(3), "");
    assertTrue(composed.remaining() < HostLimits.IDENTIFY_MESSAGE_BYTES);
  }

  @Test
  void aMessageHasALimitAndMayBeCutAnywhere() throws IOException {
    DelimitedReader reader = new DelimitedReader(200);
    ByteBuffer whole = new ProtobufWriter().bytes(1, new byte[197]).toDelimited();
    assertEquals(202, whole.remaining());
    while (whole.remaining() > 1) {
      assertNull(reader.next(ByteBuffer.wrap(new byte[] {whole.get()})));
      assertTrue(reader.isWithinMessage());
    }
    assertEquals(200, reader.next(whole).remaining());
    ByteBuffer beyond = new ProtobufWriter().bytes(1, new byte[198]).toDelimited();
    assertThrows(LimitException.class, () -> reader.next(beyond));
    ByteBuffer overlong = ByteBuffer.wrap(new byte[] {(byte) 0x80, 0});
    DelimitedReader other = new DelimitedReader(200);
    assertThrows(MalformedException.class, () -> other.next(overlong));
  }

  private static Multiaddr address(int port) throws MalformedException {
    return Multiaddr.parse("/ip4/192.0.2.1/tcp/" + port);
  }
}
