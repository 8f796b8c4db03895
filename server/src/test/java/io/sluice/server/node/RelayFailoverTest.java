package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.HostPort;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that fail in the middle of a blob, over real sockets. */
@Tag("kernel")
@Timeout(60)
class RelayFailoverTest {
  private static final int BIG = 5 * 1024 * 1024 + 3;
  private static final int BEGUN = 1_000_000;

  @TempDir Path directory;
  private ImageLayout empty;
  private TestNode owner;
  private TestNode node;
  private Digest big;
  private byte[] content;

  @BeforeEach
  void start() throws IOException {
    ImageLayout full = new ImageLayout(directory.resolve("full"));
    empty = new ImageLayout(directory.resolve("empty"));
    big = full.randomBlob(BIG);
    content = ImageLayout.random(BIG, BIG);
    full.writeIndex();
    owner = TestNode.start(full, settings -> settings.loops(1));
  }

  @AfterEach
  void nothingIsLeftBehind() {
    for (TestNode each : new TestNode[] {node, owner}) {
      each.awaitQuiet();
      each.close();
    }
  }

  private void startWith(HostPort... peers) {
    node =
        TestNode.start(
            empty,
            settings ->
                settings.peerStallTimeout(Duration.ofMillis(500)).staticPeers(List.of(peers)));
  }

  private String blob() {
    return "/v2/library/app/blobs/" + big + "?ns=acme.test";
  }

  /** Sends the first bytes of the blob, then does what {@code next} does. */
  private FakePeer beginning(FakePeer.Answer next) throws IOException {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\nDocker-Content-Digest: " + big)
            .concat("\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    return FakePeer.answering(
        out -> {
          out.write(head);
          out.write(content, 0, BEGUN);
          out.flush();
          next.write(out);
        });
  }

  private static boolean resumed(FakePeer peer) {
    return peer.requests().stream().anyMatch(request -> request.contains("Range: "));
  }

  @Test
  void aPeerThatEndsEarlyIsReplaced() throws IOException {
    try (FakePeer first = beginning(out -> {})) {
      startWith(first.address(), owner.hostPort());
      assertArrayEquals(content, node.get(blob()).expect(200).body());
      assertEquals(1, node.metric("sluice_peer_failovers_total"));
    }
  }

  @Test
  void aPeerThatStallsIsReplaced() throws IOException {
    try (FakePeer first = beginning(out -> Thread.sleep(30_000))) {
      startWith(first.address(), owner.hostPort());
      assertArrayEquals(content, node.get(blob()).expect(200).body());
      assertEquals(1, node.metric("sluice_peer_failovers_total"));
    }
  }

  @Test
  void aRangeGoesOnWhereItStopped() throws IOException {
    byte[] head =
        ("HTTP/1.1 206 Partial\r\nContent-Range: bytes 1000-2000999/" + BIG)
            .concat("\r\nContent-Length: 2000000\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    FakePeer.Answer answer =
        out -> {
          out.write(head);
          out.write(content, 1000, 500_000);
        };
    try (FakePeer first = FakePeer.answering(answer)) {
      startWith(first.address(), owner.hostPort());
      Response part = node.get(blob(), "Range: bytes=1000-2000999").expect(206);
      assertArrayEquals(Arrays.copyOfRange(content, 1000, 2_001_000), part.body());
      assertEquals("bytes 1000-2000999/" + BIG, part.field("content-range"));
    }
  }

  @Test
  void theSamePeerIsTriedAgainWhenThereIsNoOther() throws IOException {
    try (FakePeer only = beginning(out -> {})) {
      startWith(only.address());
      try (TestClient client = node.connect()) {
        client.send(TestClient.request("GET", blob()));
        client.readHead().expect(200);
        assertEquals(BEGUN, client.drain());
      }
      assertTrue(resumed(only));
    }
  }

  @Test
  void manyClientsOfAPeerThatEndsEarlyAllGetTheirBytes() throws Exception {
    try (FakePeer first = beginning(out -> {});
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      startWith(first.address(), owner.hostPort());
      List<Future<String>> pulls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        pulls.add(
            pool.submit(
                () -> {
                  try (TestClient client = node.connect()) {
                    return client.digestOf(blob());
                  }
                }));
      }
      for (Future<String> pull : pulls) {
        assertEquals(big.toString(), pull.get());
      }
      assertTrue(node.metric("sluice_relays_shared_total") > 0);
    }
  }

  @Test
  void connectionsToPeersAreUsedAgain() throws IOException {
    startWith(owner.hostPort());
    for (int i = 0; i < 20; i++) {
      node.get(blob(), "Range: bytes=" + i + "-" + (i + 9)).expect(206);
    }
    double opened = owner.metric("sluice_connections_opened_total");
    assertTrue(opened <= 2, opened + " connections for 20 requests on two loops");
  }
}
