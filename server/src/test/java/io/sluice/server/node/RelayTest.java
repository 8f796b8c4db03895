package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.HostPort;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node does not have it fetches from its peers, whatever those are like. */
@Tag("kernel")
@Timeout(60)
class RelayTest {
  private static final int BIG = 5 * 1024 * 1024 + 3;
  private static final int SMALL = 3000;

  @TempDir Path directory;
  private ImageLayout full;
  private ImageLayout empty;
  private TestNode owner;
  private TestNode node;
  private Digest big;
  private Digest small;
  private Digest manifest;

  @BeforeEach
  void start() throws IOException {
    full = new ImageLayout(directory.resolve("full"));
    empty = new ImageLayout(directory.resolve("empty"));
    big = full.randomBlob(BIG);
    small = full.randomBlob(SMALL);
    manifest = full.image("acme.test/library/app:1", "app");
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
    node = TestNode.start(empty, settings -> settings.loops(1).staticPeers(List.of(peers)));
  }

  private static String blob(Digest digest) {
    return "/v2/library/app/blobs/" + digest + "?ns=acme.test";
  }

  @Test
  void relaysWhatAPeerHas() throws IOException {
    startWith(owner.hostPort());
    try (TestClient client = node.connect();
        TestClient direct = owner.connect()) {
      assertEquals(big.toString(), client.digestOf(blob(big)));
      String byTag = "/v2/library/app/manifests/1?ns=acme.test";
      String byDigest = "/v2/library/app/manifests/" + manifest + "?ns=acme.test";
      for (String target : List.of(byTag, byDigest, blob(small))) {
        Response relayed = client.get(target).expect(200);
        Response original = direct.get(target).expect(200);
        assertArrayEquals(original.body(), relayed.body());
        assertSameFields(original, relayed);
        assertSameFields(original, client.head(target).expect(200));
      }
      assertEquals(MediaType.OCI_MANIFEST, client.get(byTag).field("content-type"));
      assertEquals(BIG, client.head(blob(big)).expect(200).contentLength());
      client.get("/v2/").expect(200);
    }
  }

  private static void assertSameFields(Response original, Response relayed) {
    String[] names = {
      "content-type",
      "content-length",
      "docker-content-digest",
      "etag",
      "accept-ranges",
      "content-range",
      "oci-namespace"
    };
    for (String name : names) {
      assertEquals(original.field(name), relayed.field(name), name);
    }
  }

  @Test
  void relaysRanges() throws IOException {
    startWith(owner.hostPort());
    byte[] content = ImageLayout.random(BIG, BIG);
    try (TestClient client = node.connect()) {
      Response part = client.get(blob(big), "Range: bytes=1000000-1000099").expect(206);
      assertArrayEquals(java.util.Arrays.copyOfRange(content, 1_000_000, 1_000_100), part.body());
      assertEquals("bytes 1000000-1000099/" + BIG, part.field("content-range"));
      Response tail = client.get(blob(big), "Range: bytes=-7").expect(206);
      assertEquals("bytes " + (BIG - 7) + "-" + (BIG - 1) + "/" + BIG, tail.field("content-range"));
      assertEquals(7, client.head(blob(big), "Range: bytes=-7").expect(206).contentLength());
    }
  }

  @Test
  void aRangeBeyondTheEndOfARelayedBlobCannotBeSatisfied() throws IOException {
    startWith(owner.hostPort());
    Response refused = node.get(blob(big), "Range: bytes=" + BIG + "-").expect(416);
    assertEquals("bytes */" + BIG, refused.field("content-range"));
  }

  /** The field was once copied into a request of fixed size, however long it was. */
  @Test
  void aLongRangeFieldDoesNotEndTheNode() throws IOException {
    startWith(owner.hostPort());
    for (String range : List.of("0-0,".repeat(1500) + "0-0", "0".repeat(3000) + "5-9")) {
      try (TestClient client = node.connect()) {
        assertEquals(2, client.get(blob(small), "Range: bytes=" + range).status() / 100);
        client.get("/v2/").expect(200);
      }
    }
  }

  @Test
  void theLongestNamesFitIntoTheRequest() throws IOException {
    try (FakePeer peer = FakePeer.sending(notFound())) {
      startWith(peer.address());
      String name = "n".repeat(255);
      String tag = "t".repeat(128);
      String registry = ("r".repeat(60) + ".").repeat(3) + "r".repeat(60) + ":5000";
      node.get("/v2/" + name + "/manifests/" + tag + "?ns=" + registry).expect(404);
      String request = peer.requests().getFirst();
      assertTrue(request.startsWith("GET /v2/" + name + "/manifests/" + tag + "?ns=" + registry));
    }
  }

  @Test
  void asksAsSpegelDoes() throws IOException {
    try (FakePeer peer = FakePeer.sending(notFound())) {
      startWith(peer.address());
      node.get(blob(small), "Authorization: Basic c2VjcmV0Og==").expect(404);
      String request = peer.requests().getFirst();
      assertTrue(request.startsWith("GET " + blob(small) + " HTTP/1.1\n"), request);
      assertTrue(request.contains("\nX-Spegel-Mirrored: true\n"), request);
      assertTrue(request.contains("\nHost: " + peer.address() + "\n"), request);
      assertFalse(request.contains("c2VjcmV0"), request);
    }
  }

  @Test
  void nobodyHasIt() throws IOException {
    startWith(owner.hostPort());
    Digest missing = ImageLayout.missing(7);
    try (TestClient client = node.connect()) {
      client.get(blob(missing)).expectError(404, "BLOB_UNKNOWN");
      client.head(blob(missing)).expect(404);
      client.get("/v2/a/manifests/none?ns=acme.test").expectError(404, "MANIFEST_UNKNOWN");
      client.get(blob(small)).expect(200);
    }
  }

  @Test
  void peersOfEachOtherDoNotAskInCircles() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    HostPort other = new HostPort("127.0.0.1", port);
    startWith(other);
    try (TestNode second =
        TestNode.start(
            empty,
            settings -> settings.registryAddr(other).staticPeers(List.of(node.hostPort())))) {
      node.get(blob(small)).expect(404);
      second.get(blob(small)).expect(404);
    }
  }

  @Test
  void aRequestOfAPeerIsNeverPassedOn() throws IOException {
    startWith(owner.hostPort());
    node.get(blob(small), "X-Spegel-Mirrored: true").expect(404);
    node.get(blob(small)).expect(200);
  }

  private static String notFound() {
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  }

  private static String ok(String fields, String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n" + fields + "\r\n" + body;
  }

  /** Answers before whose head is complete the next peer is asked. */
  static List<String> refusals() {
    String wrongDigest = "Docker-Content-Digest: " + ImageLayout.missing(3) + "\r\n";
    return List.of(
        "",
        "H",
        notFound(),
        "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 Nothing\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "\u0016\u0003\u0001\u0002",
        "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(5000),
        "HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000),
        ok("", "no length"),
        ok("Content-Length: -5\r\n", ""),
        ok("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
        ok("Content-Length: 99999999999999999999\r\n", "x"),
        ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        ok("Content-Length: 3\r\n", "more than three"),
        ok("Content-Length: 5\r\n" + wrongDigest, "hello"),
        "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/3000\r\nContent-Length: 5\r\n\r\nhello");
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void asksTheNextPeerWhenTheFirstAnswersBadly(String answer) throws IOException {
    try (FakePeer bad = FakePeer.sending(answer)) {
      startWith(bad.address(), owner.hostPort());
      try (TestClient client = node.connect()) {
        // Peers take turns at being first.
        for (int i = 0; i < 2; i++) {
          assertEquals(small, ImageLayout.digestOf(client.get(blob(small)).expect(200).body()));
          assertEquals(SMALL, client.head(blob(small)).expect(200).contentLength());
        }
      }
      assertFalse(bad.requests().isEmpty());
    }
  }

  @Test
  void asksTheNextPeerWhenTheFirstIsDeadOrHangs() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    HostPort dead = new HostPort("127.0.0.1", port);
    try (FakePeer hanging = FakePeer.answering(out -> Thread.sleep(30_000))) {
      startWith(dead, hanging.address(), owner.hostPort());
      assertEquals(small, ImageLayout.digestOf(node.get(blob(small)).expect(200).body()));
    }
  }

  @Test
  void aPeerThatAnswersAnotherRangeThanAskedForIsNotBelieved() throws IOException {
    String other =
        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 7-11/3000\r\nContent-Length: 5\r\n\r\nhello";
    try (FakePeer bad = FakePeer.sending(other)) {
      startWith(bad.address(), owner.hostPort());
      Response part = node.get(blob(small), "Range: bytes=0-4").expect(206);
      assertEquals("bytes 0-4/" + SMALL, part.field("content-range"));
      byte[] content = ImageLayout.random(SMALL, SMALL);
      assertArrayEquals(java.util.Arrays.copyOf(content, 5), part.body());
    }
  }

  @Test
  void aBodyThatEndsEarlyOrStandsStillClosesTheConnection() throws IOException {
    String start = ok("Content-Length: 1000000\r\n", "a".repeat(100_000));
    FakePeer.Answer stall =
        out -> {
          out.write(start.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          Thread.sleep(20_000);
        };
    try (FakePeer shortOne = FakePeer.sending(start);
        FakePeer stalling = FakePeer.answering(stall)) {
      for (FakePeer peer : List.of(shortOne, stalling)) {
        try (TestNode relaying =
                TestNode.start(empty, settings -> settings.staticPeers(List.of(peer.address())));
            TestClient client = relaying.connect()) {
          client.send(TestClient.request("GET", blob(small)));
          assertEquals(1_000_000, client.readHead().expect(200).contentLength());
          assertTrue(client.drain() <= 100_000);
          relaying.get("/v2/").expect(200);
        }
      }
    }
    startWith(owner.hostPort());
  }

  @Test
  void manyRelaysShareLittleMemory() throws Exception {
    node =
        TestNode.start(
            empty,
            settings ->
                settings
                    .loops(1)
                    .transferMemory(ByteSize.ofMiB(1))
                    .staticPeers(List.of(owner.hostPort())));
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> pulls = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        pulls.add(
            pool.submit(
                () -> {
                  try (TestClient client = node.connect()) {
                    return client.digestOf(blob(big));
                  }
                }));
      }
      for (Future<String> pull : pulls) {
        assertEquals(big.toString(), pull.get());
      }
    }
  }

  @Test
  void clientsThatVanishEndTheirRelays() throws IOException {
    startWith(owner.hostPort());
    for (int i = 0; i < 50; i++) {
      TestClient client = TestClient.connect(node.address(), 4096);
      client.send(TestClient.request("GET", blob(big)));
      if (i % 2 == 0) {
        client.readHead().expect(200);
        client.readBytes(1 + i * 1000);
      }
      client.reset();
    }
    owner.awaitQuiet();
    assertEquals(big, ImageLayout.digestOf(node.get(blob(big)).expect(200).body()));
  }
}
