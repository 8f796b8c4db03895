package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several requests on one connection, RFC 9112 section 9.3: one answer each, in order. */
@Tag("kernel")
class PipeliningTest {
  private static final int BIG = 8 * 1024 * 1024 + 1;

  @TempDir static Path directory;
  private static TestNode node;
  private static Digest small;
  private static Digest big;

  @BeforeAll
  static void start() throws IOException {
    ImageLayout layout = new ImageLayout(directory.resolve("layout"));
    small = layout.randomBlob(100);
    big = layout.randomBlob(BIG);
    layout.image("acme.test/library/app:1", "app");
    layout.writeIndex();
    node = TestNode.start(layout);
  }

  @AfterAll
  static void stop() {
    node.awaitQuiet();
    node.close();
  }

  private static String get(String target, String... fields) {
    return TestClient.request("GET", target, fields);
  }

  @Test
  void keepsAConnectionForTheNextRequest() throws IOException {
    try (TestClient client = node.connect()) {
      for (int i = 0; i < 50; i++) {
        client.get("/v2/").expect(200);
        client.get("/v2/x/blobs/" + small).expect(200);
        client.get("/v2/x/blobs/" + ImageLayout.missing(i)).expect(404);
        client.head("/v2/x/blobs/" + big).expect(200);
        client.get("/v2/library/app/tags/list").expect(200);
      }
    }
  }

  @Test
  void answersRequestsOfOneSegmentInOrder() throws IOException {
    try (TestClient client = node.connect()) {
      client.send(
          get("/v2/")
              + get("/v2/x/blobs/" + small)
              + get("/v2/x/blobs/" + ImageLayout.missing(1))
              + TestClient.request("HEAD", "/v2/x/blobs/" + big)
              + get("/v2/library/app/tags/list")
              + get("/v2/library/app/manifests/1", "Connection: close"));
      client.read().expect(200);
      assertEquals(small, ImageLayout.digestOf(client.read().expect(200).body()));
      client.read().expect(404);
      assertEquals(BIG, client.readHead().expect(200).contentLength());
      assertTrue(client.read().expect(200).text().contains("library/app"));
      Response last = client.read().expect(200);
      assertEquals("close", last.field("connection"));
      assertTrue(client.atEnd());
    }
  }

  @Test
  void answersTwoHundredSmallRequestsThatComeAtOnce() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      requests.append(get("/v2/x/blobs/" + small, "Range: bytes=" + (i % 100) + "-"));
    }
    try (TestClient client = node.connect()) {
      client.send(requests.toString());
      client.finish();
      for (int i = 0; i < 200; i++) {
        assertEquals(100 - i % 100, client.read().expect(206).body().length);
      }
      assertTrue(client.atEnd());
    }
  }

  @Test
  void answersWhatWasSentBehindABigBlob() throws IOException {
    try (TestClient client = node.connect()) {
      String blob = get("/v2/x/blobs/" + big);
      client.send(blob + get("/v2/") + blob + get("/v2/x/blobs/" + small));
      assertEquals(big, ImageLayout.digestOf(client.read().expect(200).body()));
      assertEquals(0, client.read().expect(200).contentLength());
      assertEquals(big, ImageLayout.digestOf(client.read().expect(200).body()));
      assertEquals(small, ImageLayout.digestOf(client.read().expect(200).body()));
    }
  }

  @Test
  void answersWhatIsSentWhileABigBlobIsOnItsWay() throws IOException {
    try (TestClient client = node.connect()) {
      client.send(get("/v2/x/blobs/" + big));
      Response head = client.readHead().expect(200);
      byte[] first = client.readBytes(100_000);
      client.send(get("/v2/x/blobs/" + small) + get("/v2/"));
      byte[] rest = client.readBytes((int) head.contentLength() - first.length);
      byte[] whole = ImageLayout.random(BIG, BIG);
      assertArrayEquals(java.util.Arrays.copyOf(whole, first.length), first);
      assertArrayEquals(java.util.Arrays.copyOfRange(whole, first.length, BIG), rest);
      assertEquals(small, ImageLayout.digestOf(client.read().expect(200).body()));
      client.read().expect(200);
    }
  }

  @Test
  void answersHttp10AndCloses() throws IOException {
    try (TestClient client = node.connect()) {
      client.send("GET /v2/x/blobs/" + small + " HTTP/1.0\r\n\r\n");
      Response response = client.read().expect(200);
      assertEquals("close", response.field("connection"));
      assertEquals(small, ImageLayout.digestOf(response.body()));
      assertTrue(client.atEnd());
    }
  }

  @Test
  void closesWhenAskedTo() throws IOException {
    for (String target : new String[] {"/v2/", "/v2/x/blobs/" + big, "/v2/library/app/tags/list"}) {
      try (TestClient client = node.connect()) {
        Response response = client.get(target, "Connection: close").expect(200);
        assertEquals("close", response.field("connection"));
        assertTrue(client.atEnd());
      }
    }
  }

  @Test
  void finishesWhatAHalfClosedClientAskedFor() throws IOException {
    try (TestClient client = node.connect()) {
      client.send(get("/v2/x/blobs/" + big) + get("/v2/x/blobs/" + small));
      client.finish();
      assertEquals(big, ImageLayout.digestOf(client.read().expect(200).body()));
      assertEquals(small, ImageLayout.digestOf(client.read().expect(200).body()));
      assertTrue(client.atEnd());
    }
  }
}
