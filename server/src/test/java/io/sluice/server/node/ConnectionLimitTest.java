package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.ResourceLimit;
import io.sluice.server.config.Limits;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As many connections as a node takes, and more. */
@Tag("kernel")
@Timeout(90)
class ConnectionLimitTest {
  private static final int BIG = 2 * 1024 * 1024;
  private static final int IDLE_MANY = 10_000;
  private static final int IDLE_LEAST = 4_000;

  @TempDir Path directory;
  private final List<SocketChannel> crowd = new ArrayList<>();
  private ImageLayout layout;
  private Digest blob;

  @BeforeEach
  void create() throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    blob = layout.randomBlob(BIG);
  }

  @AfterEach
  void disperse() throws IOException {
    for (SocketChannel each : crowd) {
      each.close();
    }
  }

  private void connect(InetSocketAddress address, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      crowd.add(SocketChannel.open(address));
    }
  }

  private void leave(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      crowd.removeLast().close();
    }
  }

  private void assertServes(InetSocketAddress address) throws IOException {
    try (TestClient client = TestClient.connect(address)) {
      assertEquals(blob.toString(), client.digestOf("/v2/x/blobs/" + blob));
    }
  }

  @Test
  void whoComesWhenTheNodeIsFullIsServedWhenOthersLeave() throws IOException {
    int limit = Limits.CONNECTIONS_MIN;
    try (TestNode node = TestNode.start(layout, settings -> settings.maxConnections(limit))) {
      connect(node.address(), limit);
      for (SocketChannel each : crowd) {
        each.write(ascii("GET /v2/"));
      }
      TestNode.await("full", () -> node.open() == limit);
      List<TestClient> waiting = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        TestClient client = node.connect();
        client.send(TestClient.request("GET", "/v2/x/blobs/" + blob, "Connection: close"));
        waiting.add(client);
      }
      TestNode.await("paused", () -> node.metric("sluice_accept_pauses_total") > 0);
      assertEquals(limit, node.open());
      leave(1);
      for (TestClient client : waiting) {
        assertEquals(blob, ImageLayout.digestOf(client.read().expect(200).body()));
        assertTrue(client.atEnd());
        client.close();
      }
      leave(limit - 1);
      node.awaitQuiet();
      assertServes(node.address());
    }
  }

  @Test
  void whoSitsIdleInAFullNodeGivesWayToWhoComes() throws IOException {
    int limit = Limits.CONNECTIONS_MIN;
    try (TestNode node = TestNode.start(layout, settings -> settings.maxConnections(limit))) {
      connect(node.address(), limit);
      TestNode.await("full", () -> node.open() == limit);
      assertServes(node.address());
    }
  }

  @Test
  void thousandsOfIdleConnectionsCostNothingButTheirSockets() throws IOException {
    long most = Math.min((ResourceLimit.NOFILE.soft() - 2000) * 4 / 5, IDLE_MANY);
    assertTrue(most >= IDLE_LEAST, "raise the limit of open files (ulimit -n)");
    int count = (int) most;
    // With less room than an eighth they would give way before all are there, and 10 s after it
    // came who has not asked for anything has to go: on a busy machine both are soon over.
    int room = count * 5 / 4;
    int limit =
        Limits.DESCRIPTORS_PER_BLOB * Limits.OPEN_BLOBS + Limits.RESERVED_DESCRIPTORS + room;
    try (ChildNode node =
        ChildNode.start(
            layout,
            limit,
            "--loops",
            "2",
            "--max-connections",
            Integer.toString(room),
            "--header-timeout",
            "2m")) {
      double before = node.metric("sluice_process_resident_bytes");
      connect(node.address(), count);
      TestNode.await("all are open", () -> node.metric("sluice_connections") == count);
      for (int i = 0; i < 5; i++) {
        assertServes(node.address());
      }
      double grown = node.metric("sluice_process_resident_bytes") - before;
      assertTrue(grown < 48 << 20, () -> "grown by " + (long) grown);
      crowd.get(count / 2).write(ascii(TestClient.request("GET", "/v2/")));
      crowd.get(count - 1).write(ascii(TestClient.request("GET", "/v2/")));
      assertServes(node.address());
      leave(count);
      TestNode.await("none is open", () -> node.metric("sluice_connections") == 0);
      assertServes(node.address());
    }
  }

  private static java.nio.ByteBuffer ascii(String text) {
    return java.nio.charset.StandardCharsets.US_ASCII.encode(text);
  }

  @Test
  void aNodeWithoutDescriptorsPausesAndRecovers() throws Exception {
    int descriptors =
        Limits.CONNECTIONS_MIN
            + Limits.DESCRIPTORS_PER_BLOB * Limits.OPEN_BLOBS
            + Limits.RESERVED_DESCRIPTORS;
    try (ChildNode node =
        ChildNode.start(
            layout,
            descriptors,
            "--loops",
            "1",
            "--max-connections",
            Integer.toString(Limits.CONNECTIONS_MIN))) {
      // No setting can bring a node there, so its limit is lowered under its hands.
      int limitNow = node.descriptors() + 4;
      lower(node, limitNow);
      connect(node.address(), 10);
      TestNode.await("out of descriptors", () -> node.descriptors() >= limitNow);
      leave(10);
      TestNode.await("served", () -> serves(node.address()));
      assertTrue(node.metric("sluice_accept_failures_total") > 0);
      TestNode.await("closed", () -> node.metric("sluice_connections") == 0);
      assertEquals(
          "", node.log().lines().filter(line -> line.contains("ERROR")).findAny().orElse(""));
    }
  }

  private boolean serves(InetSocketAddress address) {
    try (TestClient client = TestClient.connect(address)) {
      return client.digestOf("/v2/x/blobs/" + blob).equals(blob.toString());
    } catch (IOException | AssertionError notYet) {
      return false;
    }
  }

  private static void lower(ChildNode node, int descriptors) throws Exception {
    String limit = "--nofile=" + descriptors + ":";
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(node.pid()), limit)
            .inheritIO()
            .start();
    assertEquals(0, prlimit.waitFor());
  }
}
