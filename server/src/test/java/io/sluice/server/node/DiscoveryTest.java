package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.Discovery;
import io.sluice.server.config.HostPort;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that find each other, each at a loopback address of its own. */
class DiscoveryTest {
  private static final String TAGGED = "/v2/library/app/manifests/1?ns=acme.test";

  @TempDir private Path directory;
  private int registryPort;
  private int routerPort;
  private ImageLayout full;
  private TestNode one;
  private TestNode two;

  @BeforeEach
  void makeLayout() throws IOException {
    registryPort = freePort();
    routerPort = freePort();
    full = new ImageLayout(directory.resolve("full"));
    full.image("acme.test/library/app:1", "app");
    full.writeIndex();
  }

  @AfterEach
  void close() {
    for (TestNode node : new TestNode[] {two, one}) {
      if (node != null) {
        node.awaitQuiet();
        node.close();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private TestNode start(int number, ImageLayout layout) {
    String address = "127.0.0." + number;
    String first = "/ip4/127.0.0.1/tcp/" + routerPort;
    return TestNode.start(
        layout,
        settings ->
            settings
                .loops(1)
                .registryAddr(new HostPort(address, registryPort))
                .routerAddr(new HostPort(address, routerPort))
                .dataDir(directory.resolve("data-" + number))
                .discovery(Discovery.ofPeers(List.of(first))));
  }

  private TestNode startEmpty(int number) throws IOException {
    return start(number, new ImageLayout(directory.resolve("empty-" + number)));
  }

  @Test
  void aTagOfOneNodeIsFoundByAnother() throws IOException {
    one = start(1, full);
    two = startEmpty(2);
    TestNode.await("the tag is found", () -> two.get(TAGGED).status() == 200);
    assertEquals(1, two.metric("sluice_router_ready"));
    assertEquals(1, two.metric("sluice_router_connected_peers"));
    assertTrue(one.metric("sluice_router_advertised_keys") >= 3, "a tag, a manifest, a config");
    assertTrue(two.metric("sluice_router_lookups_total") >= 1);
  }

  @Test
  void aFirstNodeServesAtOnce() throws IOException {
    one = start(1, full);
    assertTrue(one.page("/readyz").startsWith("HTTP/1.1 200"));
    assertEquals(200, one.get(TAGGED).status());
    assertEquals(404, one.get("/v2/library/app/manifests/2?ns=acme.test").status());
    assertEquals(0, one.metric("sluice_router_ready"));
  }

  @Test
  void whatIsAddedIsFoundAndWhatIsGoneIsToldNoMore() throws IOException {
    one = start(1, full);
    two = startEmpty(2);
    Digest added = full.image("acme.test/library/app:2", "another");
    full.writeIndex();
    TestNode.await(
        "the new tag is found",
        () -> two.get("/v2/library/app/manifests/2?ns=acme.test").status() == 200);
    TestNode.await(
        "the new digest is found",
        () -> two.get("/v2/library/app/manifests/" + added + "?ns=acme.test").status() == 200);
    double before = one.metric("sluice_router_advertised_keys");
    full.clearIndex().image("acme.test/library/app:1", "app");
    full.writeIndex();
    TestNode.await("it is withdrawn", () -> one.metric("sluice_router_advertised_keys") < before);
  }

  @Test
  void aRestartedNodeIsWhoItWas() throws IOException {
    one = start(1, full);
    byte[] identity = Files.readAllBytes(directory.resolve("data-1/private.key"));
    one.close();
    one = start(1, full);
    assertArrayEquals(identity, Files.readAllBytes(directory.resolve("data-1/private.key")));
    two = startEmpty(2);
    TestNode.await("the tag is found", () -> two.get(TAGGED).status() == 200);
  }
}
