package io.sluice.routing.bootstrap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapSourcesTest {
  private static final String ID = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String ADDRESS = "/ip4/192.0.2.1/tcp/5001";
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

  @Test
  void aListMayLackIdsAndPorts() throws Exception {
    List<BootstrapPeer> peers =
        StaticBootstrap.of(List.of(ADDRESS + "/p2p/" + ID, " /ip4/192.0.2.2 ")).find(0);
    assertEquals(PeerId.parse(ID), peers.get(0).id());
    assertEquals(List.of(Multiaddr.parse(ADDRESS)), peers.get(0).addresses());
    assertNull(peers.get(1).id());
    assertEquals(List.of(Multiaddr.parse("/ip4/192.0.2.2")), peers.get(1).addresses());
    MalformedException refused =
        assertThrows(MalformedException.class, () -> StaticBootstrap.of(List.of("192.0.2.1:5001")));
    assertTrue(refused.getMessage().contains("/ip4/"), refused.getMessage());
  }

  @Test
  void aNameGivesTheFirstThreeOfEachFamilyAndThenTheNext() throws Exception {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = 8; i > 0; i--) {
      addresses.add(InetAddress.getByName("192.0.2." + i));
    }
    addresses.add(InetAddress.getByName("192.0.2.200"));
    addresses.add(InetAddress.getByName("2001:db8::2"));
    addresses.add(InetAddress.getByName("2001:db8::1"));
    DnsBootstrap dns =
        new DnsBootstrap("sluice.example.com", name -> addresses.toArray(InetAddress[]::new));
    assertEquals(
        List.of(
            "/ip4/192.0.2.1",
            "/ip4/192.0.2.2",
            "/ip4/192.0.2.3",
            "/ip6/2001:db8::1",
            "/ip6/2001:db8::2"),
        texts(dns.find(0)));
    assertEquals("/ip4/192.0.2.4", texts(dns.find(1)).getFirst());
    assertEquals(
        List.of("/ip4/192.0.2.7", "/ip4/192.0.2.8", "/ip4/192.0.2.200"),
        texts(dns.find(2)).subList(0, 3));
    assertEquals("/ip4/192.0.2.1", texts(dns.find(3)).getFirst());
  }

  @Test
  void aNameWithoutAddressesIsNamed() {
    DnsBootstrap dns =
        new DnsBootstrap(
            "sluice.example.com",
            name -> {
              throw new UnknownHostException(name);
            });
    IOException failed = assertThrows(IOException.class, () -> dns.find(0));
    assertTrue(failed.getMessage().contains("sluice.example.com"));
  }

  @Test
  void oneNodeTellsAnotherOverHttp() throws Exception {
    PeerId id = PeerId.parse(ID);
    List<Multiaddr> addresses = List.of(Multiaddr.parse(ADDRESS));
    try (IdServer server = new IdServer(ANY_PORT, id, () -> addresses)) {
      String base = "http://127.0.0.1:" + server.address().getPort();
      BootstrapPeer expected = new BootstrapPeer(id, addresses);
      assertEquals(List.of(expected), new HttpBootstrap(URI.create(base + "/id")).find(0));
      assertEquals(List.of(expected), new HttpBootstrap(URI.create(base + "/peers")).find(0));
      assertEquals('{', HttpGet.of(URI.create(base + "/id"))[0]);
      assertEquals('[', HttpGet.of(URI.create(base + "/peers"))[0]);
      IOException missing =
          assertThrows(IOException.class, () -> HttpGet.of(URI.create(base + "/other")));
      assertTrue(missing.getMessage().contains("404"), missing.getMessage());
      try (Socket silent = new Socket("127.0.0.1", server.address().getPort())) {
        assertEquals('{', HttpGet.of(URI.create(base + "/id"))[0], "after a second at most");
        assertTrue(silent.isConnected());
      }
    }
  }

  @Test
  void anAddressThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
      IOException failed =
          assertThrows(
              IOException.class, () -> new IdServer(address, PeerId.parse(ID), List::of).close());
      assertTrue(failed.getMessage().contains("choose another address"), failed.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
      })
  void bodiesAreReadHoweverTheyAreFramed(String response) throws Exception {
    assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), get(response));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello",
        "HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.1/\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
      })
  void badResponsesAreRefusedWithTheUrl(String response) {
    IOException refused = assertThrows(IOException.class, () -> get(response));
    assertTrue(refused.getMessage().startsWith("http://127.0.0.1:"), refused.getMessage());
  }

  @Test
  void longResponsesAreRefused() {
    String head = "HTTP/1.1 200 OK\r\n" + ("X: " + "y".repeat(1000) + "\r\n").repeat(20);
    assertThrows(IOException.class, () -> get(head + "\r\n"));
    String body = "HTTP/1.1 200 OK\r\n\r\n" + "y".repeat(HttpGet.BODY_BYTES_MAX + 1);
    assertThrows(IOException.class, () -> get(body));
  }

  @Test
  void aUrlNeedsAHost() {
    assertThrows(IOException.class, () -> HttpGet.of(URI.create("/id")));
  }

  private static byte[] get(String response) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try (Socket client = server.accept();
                    OutputStream out = client.getOutputStream()) {
                  // The whole request, lest closing resets the connection.
                  byte[] request = new byte[4096];
                  int count = client.getInputStream().read(request);
                  assertTrue(count > 0);
                  out.write(response.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException clientGone) {
                  // It may have heard enough.
                }
              });
      return HttpGet.of(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/id"));
    }
  }

  private static List<String> texts(List<BootstrapPeer> peers) {
    return peers.stream().map(peer -> peer.addresses().getFirst().toString()).toList();
  }
}
