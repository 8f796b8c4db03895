package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that are wrong and clients that vanish. After each the node serves others rightly and
 * has every connection, block and descriptor back.
 */
@Tag("kernel")
class HostileClientTest {
  private static final int BIG = 3 * 1024 * 1024;

  @TempDir static Path directory;
  private static TestNode node;
  private static Digest blob;
  private static Digest big;
  private static String get;
  private static int descriptorsBefore;

  @BeforeAll
  static void start() throws IOException {
    ImageLayout layout = new ImageLayout(directory.resolve("layout"));
    blob = layout.randomBlob(5000);
    big = layout.randomBlob(BIG);
    get = TestClient.request("GET", "/v2/x/blobs/" + blob);
    layout.image("acme.test/library/app:1", "app");
    layout.writeIndex();
    node = TestNode.start(layout, settings -> settings.loops(1));
    assertServes();
    node.awaitQuiet();
    TestNode.await("no open blob", () -> node.metric("sluice_open_blobs") == 0);
    descriptorsBefore = TestNode.descriptors();
  }

  @AfterAll
  static void stop() {
    TestNode.await("no open blob", () -> node.metric("sluice_open_blobs") == 0);
    TestNode.await("no descriptor", () -> TestNode.descriptors() <= descriptorsBefore);
    node.close();
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    assertServes();
    node.awaitQuiet();
  }

  private static void assertServes() throws IOException {
    try (TestClient client = node.connect()) {
      assertEquals(blob.toString(), client.digestOf("/v2/x/blobs/" + blob));
      assertEquals(big.toString(), client.digestOf("/v2/x/blobs/" + big));
    }
  }

  static List<String> malformedRequests() {
    String head = "GET /v2/ HTTP/1.1\r\nHost: node\r\n";
    return List.of(
        "\0GET /v2/ HTTP/1.1\r\nHost: node\r\n\r\n",
        "GET /v2/\0 HTTP/1.1\r\nHost: node\r\n\r\n",
        head + "X: \0\r\n\r\n",
        head + "X: a\rb\r\n\r\n",
        head + "X: a\nY: b\r\n\r\n",
        "GET /v2/ HTTP/1.1\nHost: node\n\n",
        "\r\n\r\n\r\n" + head + "\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
        " GET /v2/ HTTP/1.1\r\nHost: node\r\n\r\n",
        "GET  /v2/ HTTP/1.1\r\nHost: node\r\n\r\n",
        "GET /v2/ x HTTP/1.1\r\nHost: node\r\n\r\n",
        "GET /v2/\r\nHost: node\r\n\r\n",
        "GET /v2/ HTTP/one\r\nHost: node\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\n\r\n",
        head + "Host: other\r\n\r\n",
        head + " folded: x\r\n\r\n",
        head + "X: a\r\n b\r\n\r\n",
        head + "no colon\r\n\r\n",
        head + ": no name\r\n\r\n",
        head + "X : blank\r\n\r\n",
        head + "Content-Length: 5\r\n\r\nhello",
        head + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
        head + "Content-Length: 5, 5\r\n\r\nhello",
        head + "Content-Length: -1\r\n\r\n",
        head + "Content-Length: 99999999999999999999\r\n\r\n",
        head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Range: bytes=0-1\r\nRange: bytes=2-3\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("malformedRequests")
  void refusesAMalformedRequestAndCloses(String request) throws IOException {
    try (TestClient client = node.connect()) {
      // What follows must never be taken for a request.
      client.send(request + get);
      Response refused = client.read().expect(400);
      assertEquals("close", refused.field("connection"));
      assertTrue(refused.text().contains("\"message\":\""), refused::text);
      assertTrue(client.atEnd());
    }
  }

  @Test
  void refusesATransferCoding() throws IOException {
    for (String coding : new String[] {"chunked", "gzip, chunked", "identity", "x"}) {
      try (TestClient client = node.connect()) {
        client.send(
            TestClient.request("GET", "/v2/", "Transfer-Encoding: " + coding)
                + ("0\r\n\r\n" + get));
        int status = client.read().status();
        assertTrue(status == 400 || status == 501, () -> coding + ": " + status);
        assertTrue(client.atEnd());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v2",
        "*",
        "/v2/../etc/passwd",
        "/v2/x/blobs/../../../etc/passwd",
        "/v2/x%2fy/blobs/sha256:00",
        "/v2/x/blobs/%2e%2e/%2e%2e/etc",
        "/v2/x/blobs/..%2f..%2fetc",
        "/v2/x/blobs/sha256:%00",
        "/v2/x//blobs/sha256:00",
        "/v2/./blobs/sha256:00",
        "/v2/x/blobs/sha256:../../../../etc/passwd",
        "/v2/x/manifests/..",
        "/v2/x/blobs/%",
        "/v2/x/blobs/%zz",
        "/v2/x/blobs/sha256:zz",
        "/v2/x/tags/list?n=1&n=2",
        "/v2/x/tags/list?n=-1",
        "/v2/x/manifests/1?ns=../../etc"
      })
  void refusesATargetThatIsNone(String target) throws IOException {
    try (TestClient client = node.connect()) {
      int status = client.get(target).status();
      assertTrue(status == 400 || status == 404, () -> "status " + status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "CONNECT"})
  void refusesOtherMethodsAndTheirBodies(String method) throws IOException {
    try (TestClient client = node.connect()) {
      client.send(TestClient.request(method, "/v2/x/blobs/uploads/", "Content-Length: 70"));
      client.send(get);
      Response refused = client.read().expectError(405, "UNSUPPORTED");
      assertEquals("close", refused.field("connection"));
      assertTrue(client.atEnd());
    }
  }

  @Test
  void refusesWhatIsTooLarge() throws IOException {
    assertRefused(414, "GET /" + "a".repeat(4200) + " HTTP/1.1\r\nHost: node\r\n\r\n");
    assertRefused(431, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: node\r\n\r\n");
    assertRefused(431, TestClient.request("GET", "/v2/", "X: " + "a".repeat(9000)));
    assertRefused(431, TestClient.request("GET", "/v2/", "X: a\r\n".repeat(70) + "Y: b"));
    assertRefused(431, "X".repeat(100_000));
    assertRefused(505, "GET /v2/ HTTP/2.0\r\nHost: node\r\n\r\n");
  }

  private static void assertRefused(int status, String request) throws IOException {
    try (TestClient client = node.connect()) {
      client.send(request);
      client.read().expect(status);
      assertTrue(client.atEnd());
    }
  }

  @Test
  void takesARequestHeadOfExactlyTheLimit() throws IOException {
    String shell = TestClient.request("GET", "/v2/", "X: ");
    String full = shell.replace("X: ", "X: " + "a".repeat(8192 - shell.length()));
    try (TestClient client = node.connect()) {
      client.send(full + full + get);
      client.read().expect(200);
      client.read().expect(200);
      assertEquals(blob, ImageLayout.digestOf(client.read().expect(200).body()));
      client.send(full.replace("X: a", "X: aa"));
      client.read().expect(431);
      assertTrue(client.atEnd());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=99999999999999999999999999-",
        "bytes=9223372036854775807-9223372036854775807",
        "bytes=0-0,0-0,0-0,0-0,0-0,0-0",
        "bytes=--1",
        "bytes=1-0",
        "bytes=0x1-2",
        "bytes= 0-1",
        "bytes=-99999999999999999999999999"
      })
  void survivesAbsurdRanges(String range) throws IOException {
    try (TestClient client = node.connect()) {
      int status = client.get("/v2/x/blobs/" + big, "Range: " + range).status();
      assertTrue(status == 200 || status == 206 || status == 416, () -> "status " + status);
      client.get("/v2/").expect(200);
    }
  }

  @Test
  void understandsARequestSplitAtEveryByte() throws IOException {
    List<String> corpus =
        List.of(
            get,
            TestClient.request("GET", "/v2/x/blobs/" + blob, "Range: bytes=7-"),
            TestClient.request("HEAD", "/v2/library/app/manifests/1?ns=acme.test"),
            TestClient.request("GET", "/v2/library/app/tags/list?n=1"));
    for (String request : corpus) {
      try (TestClient client = node.connect()) {
        for (int split = 1; split < request.length(); split++) {
          client.send(request.substring(0, split));
          client.send(request.substring(split));
          boolean head = request.startsWith("HEAD");
          Response response = head ? client.readHead() : client.read();
          assertEquals(2, response.status() / 100);
        }
        for (byte octet : request.getBytes(StandardCharsets.ISO_8859_1)) {
          client.send(new byte[] {octet});
        }
        assertEquals(2, client.readHead().status() / 100);
      }
    }
  }

  @Test
  void survivesARequestThatEndsAtEveryByte() throws IOException {
    for (int length = 0; length < get.length(); length++) {
      try (TestClient client = node.connect()) {
        client.send(get.substring(0, length));
        client.finish();
        assertEquals(0, client.drain());
      }
    }
  }

  @Test
  void survivesClientsThatVanishAtEveryStage() throws IOException {
    String getBig = TestClient.request("GET", "/v2/x/blobs/" + big);
    String[] stages = {"", "G", get.substring(0, 40), get, get + get, getBig, getBig + get};
    for (String sent : stages) {
      for (int i = 0; i < 10; i++) {
        TestClient client = node.connect();
        client.send(sent);
        client.reset();
      }
    }
    for (int read : new int[] {1, 200, 5000, 600_000, BIG - 1}) {
      TestClient client = node.connect();
      client.send(getBig + get);
      client.readHead().expect(200);
      client.readBytes(read);
      client.reset();
    }
    for (String sent : stages) {
      TestClient client = node.connect();
      client.send(sent);
      client.close();
    }
  }

  @Test
  void survivesClientsThatVanishWhileTheyWaitForBlocks() throws IOException {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      TestClient client = TestClient.connect(node.address(), 4096);
      client.send(TestClient.request("GET", "/v2/x/blobs/" + big));
      clients.add(client);
    }
    for (int i = 0; i < clients.size(); i++) {
      if (i % 2 == 0) {
        clients.get(i).reset();
      }
    }
    for (int i = 1; i < clients.size(); i += 2) {
      clients.get(i).close();
    }
  }

  @Test
  void survivesRandomBytes() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      try (TestClient client = node.connect()) {
        client.send(ImageLayout.random(1 + seed * 97 % 12_000, seed));
        client.finish();
        client.drain();
      } catch (java.net.SocketException reset) {
        assertTrue(reset.getMessage() != null);
      }
    }
  }
}
