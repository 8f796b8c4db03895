package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Binary forms are those that js-libp2p makes of the same text. */
class MultiaddrTest {
  private static final String PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String[][] EXAMPLES = {
    {
      "/ip4/127.0.0.1/tcp/4001/p2p/" + PEER,
      "047f000001060fa1a503260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474"
          + "fce27e"
    },
    {"/ip6/2001:db8::1/tcp/65535", "2920010db800000000000000000000000106ffff"},
    {"/ip6/::1/tcp/0", "2900000000000000000000000000000001060000"},
    {"/ip6/1:0:0:2::3/tcp/7", "2900010000000000020000000000000003060007"},
    {"/ip6/::ffff:1.2.3.4/tcp/7", "2900000000000000000000ffff01020304060007"},
    {"/ip6/0:0:1::/tcp/1", "2900000000000100000000000000000000060001"},
    {"/ip6/::/tcp/1", "2900000000000000000000000000000000060001"},
    {"/dns/example.com/tcp/443", "350b6578616d706c652e636f6d0601bb"},
    {
      "/dns4/a.example/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
      "3609612e6578616d706c65060001a5032212209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccb"
          + "d21bf6f0b9"
    },
    {"/dns6/b.example/tcp/2", "3709622e6578616d706c65060002"},
    {"/ip4/1.2.3.4/udp/9/quic-v1", "040102030491020009cd03"},
    {"/dnsaddr/x.example", "3809782e6578616d706c65"},
    {"/ip4/1.2.3.4/tcp/5/ws", "0401020304060005dd03"}
  };

  @Test
  void textAndBinaryFormAreTheSame() throws MalformedException {
    for (String[] example : EXAMPLES) {
      Multiaddr address = Multiaddr.parse(example[0]);
      assertEquals(example[1], HexFormat.of().formatHex(address.toBytes()));
      assertEquals(example[0], Multiaddr.of(address.toBytes()).toString());
      assertEquals(address, Multiaddr.of(address.toBytes()));
      assertEquals(address.hashCode(), Multiaddr.of(address.toBytes()).hashCode());
      assertEquals(example[1].length() / 2, address.size());
    }
  }

  @Test
  void otherSpellingsAreAccepted() throws MalformedException {
    assertSameAddress("/ip4/127.0.0.1/tcp/1/ipfs/" + PEER, "/ip4/127.0.0.1/tcp/1/p2p/" + PEER);
    assertSameAddress("/ip6/1:0:0:2:0:0:0:3/tcp/7", "/ip6/1:0:0:2::3/tcp/7");
    assertSameAddress("/ip6/::FFFF:102:304/tcp/7", "/ip6/::ffff:1.2.3.4/tcp/7");
    assertSameAddress("/ip4/127.0.0.1/tcp/1/", "/ip4/127.0.0.1/tcp/1");
  }

  @Test
  void whatIsNoAddressIsRefusedInWords() {
    String[] texts = {
      "",
      "/",
      "//",
      "ip4/1.2.3.4",
      "/ip4",
      "/ip4/",
      "/ip4/1.2.3",
      "/ip4/1.2.3.256",
      "/ip4/01.2.3.4",
      "/ip4/1.2.3.4.5",
      "/ip4/1.2.3.-4",
      "/ip4/::1",
      "/ip6/1.2.3.4",
      "/ip6/::1%lo",
      "/ip6/:::",
      "/ip6/g::",
      "/ip4/1.2.3.4/tcp",
      "/ip4/1.2.3.4/tcp/",
      "/ip4/1.2.3.4/tcp/65536",
      "/ip4/1.2.3.4/tcp/+1",
      "/ip4/1.2.3.4/tcp/00",
      "/nonsense/1",
      "/dns/",
      "/dns/a b/tcp/1",
      "/dns/" + "a".repeat(254) + "/tcp/1",
      "/p2p/x",
      "/" + "ip4/1.2.3.4/".repeat(200),
      "/dns/" + "a".repeat(200) + "/dns/" + "a".repeat(200) + "/dns/" + "a".repeat(200)
    };
    for (String text : texts) {
      Exception e = assertThrows(MalformedException.class, () -> Multiaddr.parse(text), text);
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @Test
  void malformedBinaryFormsAreRefused() {
    String[] forms = {
      "",
      "04",
      "047f0000",
      "047f00000106",
      "8000",
      "3500",
      "35ff",
      "350161 0600".replace(" ", ""),
      "a5030100",
      "a50302130000",
      "35022f2f",
      "00".repeat(513)
    };
    for (String hex : forms) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThrows(MalformedException.class, () -> Multiaddr.of(bytes), hex);
    }
  }

  @Test
  void partsOfUnknownKindsAreCarriedAlong() throws MalformedException {
    byte[] bytes = HexFormat.of().parseHex("0401020304060005ce040102ff");
    Multiaddr address = Multiaddr.of(bytes);
    assertEquals("/ip4/1.2.3.4/tcp/5/unknown/ce040102ff", address.toString());
    assertEquals(-1, address.tcpPort());
    assertNull(address.peer());
    assertEquals("1.2.3.4", address.ip().getHostAddress());
    assertNull(Multiaddr.of(HexFormat.of().parseHex("ce0401")).ip());
  }

  @Test
  void partsCanBeAskedFor() throws MalformedException {
    PeerId peer = PeerId.parse(PEER);
    Multiaddr plain = Multiaddr.parse("/ip4/192.0.2.7/tcp/5001");
    Multiaddr named = plain.withPeer(peer);
    assertEquals("/ip4/192.0.2.7/tcp/5001/p2p/" + PEER, named.toString());
    assertEquals(peer, named.peer());
    assertEquals(plain, named.withoutPeer());
    assertSame(plain, plain.withoutPeer());
    assertNull(plain.peer());
    assertEquals(5001, named.tcpPort());
    assertEquals("192.0.2.7", named.ip().getHostAddress());
    assertNull(named.hostName());
    Multiaddr dns = Multiaddr.parse("/dns6/a.example/tcp/7");
    assertEquals("a.example", dns.hostName());
    assertTrue(dns.allowsFamily(true));
    assertFalse(dns.allowsFamily(false));
    assertNull(dns.ip());
    assertEquals(7, dns.tcpPort());
  }

  @Test
  void onlyPlainTcpHasATcpPort() throws MalformedException {
    String[] texts = {
      "/ip4/1.2.3.4",
      "/tcp/5",
      "/ip4/1.2.3.4/udp/5",
      "/ip4/1.2.3.4/tcp/5/ws",
      "/dnsaddr/a.example",
      "/ip4/1.2.3.4/tcp/5/p2p/" + PEER + "/p2p-circuit",
      "/dnsaddr/a.example/tcp/5",
      "/p2p/" + PEER
    };
    for (String text : texts) {
      assertEquals(-1, Multiaddr.parse(text).tcpPort(), text);
    }
    assertNull(Multiaddr.parse("/ip4/1.2.3.4/tcp/5/p2p/" + PEER + "/p2p-circuit").peer());
  }

  @Test
  void socketsHaveAddresses() {
    InetSocketAddress ip4 = new InetSocketAddress("192.0.2.7", 65_535);
    assertEquals("/ip4/192.0.2.7/tcp/65535", Multiaddr.ofTcp(ip4).toString());
    InetSocketAddress ip6 = new InetSocketAddress("2001:db8::7", 1);
    assertEquals("/ip6/2001:db8::7/tcp/1", Multiaddr.ofTcp(ip6).toString());
  }

  @Test
  void anyBytesAreEitherRefusedOrComeBack() {
    Random random = new Random(3);
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      String[] example = EXAMPLES[random.nextInt(EXAMPLES.length)];
      byte[] bytes = HexFormat.of().parseHex(example[1]);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        Multiaddr address = Multiaddr.of(bytes);
        accepted++;
        String text = address.toString();
        if (!text.contains("/unknown/")) {
          assertEquals(address, Multiaddr.parse(text), text);
        }
      } catch (MalformedException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
    assertTrue(accepted > 1000);
  }

  private static void assertSameAddress(String spelling, String canonical)
      throws MalformedException {
    assertEquals(canonical, Multiaddr.parse(spelling).toString());
  }
}
