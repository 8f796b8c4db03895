package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs of every size at which a transfer changes its ways, whole and in ranges (RFC 9110, 14). */
@Tag("kernel")
class BlobRangeTest {
  private static final int BLOCK = 512 * 1024;
  private static final int SIZE = BLOCK + 4097;
  private static final long HUGE = (5L << 30) + 12345;
  private static final long[] MARKS = {
    0, 4088, BLOCK - 4, (1L << 31) - 8, 1L << 31, (1L << 32) - 4, (1L << 32) + BLOCK, HUGE - 8
  };

  @TempDir static Path directory;
  private static ImageLayout layout;
  private static TestNode node;
  private static Digest blob;
  private static byte[] content;

  @BeforeAll
  static void start() throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    content = ImageLayout.random(SIZE, SIZE);
    blob = layout.blob(content);
    node = TestNode.start(layout);
  }

  @AfterAll
  static void stop() {
    node.awaitQuiet();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        4095,
        4096,
        4097,
        16383,
        16384,
        16385,
        BLOCK - 1,
        BLOCK,
        BLOCK + 1,
        2 * BLOCK,
        5 * BLOCK + 1
      })
  void servesABlobOfAnySize(int size) throws IOException {
    Digest digest = layout.randomBlob(size);
    try (TestClient client = node.connect()) {
      String target = "/v2/x/blobs/" + digest;
      assertEquals(digest.toString(), client.digestOf(target));
      assertEquals(size, client.head(target).expect(200).contentLength());
      assertEquals(digest.toString(), client.digestOf(target));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0-0, 0, 1",
    "0-, 0, 528385",
    "1-, 1, 528384",
    "5-9, 5, 5",
    "4095-4096, 4095, 2",
    "4096-8191, 4096, 4096",
    "524287-524288, 524287, 2",
    "524288-, 524288, 4097",
    "528384-528384, 528384, 1",
    "528384-99999999999999999999, 528384, 1",
    "-1, 528384, 1",
    "-4097, 524288, 4097",
    "-528385, 0, 528385",
    "-99999999999999999999, 0, 528385"
  })
  void servesASingleRange(String range, int first, int length) throws IOException {
    String target = "/v2/x/blobs/" + blob;
    try (TestClient client = node.connect()) {
      Response part = client.get(target, "Range: bytes=" + range).expect(206);
      assertArrayEquals(Arrays.copyOfRange(content, first, first + length), part.body());
      assertPart(part, first, length);
      Response head = client.head(target, "Range: bytes=" + range).expect(206);
      assertPart(head, first, length);
      assertEquals(length, head.contentLength());
    }
  }

  private static void assertPart(Response part, int first, int length) {
    String expected = "bytes " + first + "-" + (first + length - 1) + "/" + SIZE;
    assertEquals(expected, part.field("content-range"));
    assertEquals("application/octet-stream", part.field("content-type"));
    assertEquals(blob.toString(), part.field("docker-content-digest"));
    assertEquals("bytes", part.field("accept-ranges"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"528385-", "528385-528386", "99999999999999999999-", "-0", "9223372036854775807-"})
  void refusesARangeBeyondTheEnd(String range) throws IOException {
    String target = "/v2/x/blobs/" + blob;
    try (TestClient client = node.connect()) {
      Response refused = client.get(target, "Range: bytes=" + range).expect(416);
      assertEquals("bytes */" + SIZE, refused.field("content-range"));
      Response head = client.head(target, "Range: bytes=" + range).expect(416);
      assertEquals("bytes */" + SIZE, head.field("content-range"));
      client.get(target, "Range: bytes=0-0").expect(206);
    }
  }

  @Test
  void anyRangeOfAnEmptyBlobIsBeyondItsEnd() throws IOException {
    Digest empty = layout.blob(new byte[0]);
    Response refused = node.get("/v2/x/blobs/" + empty, "Range: bytes=0-").expect(416);
    assertEquals("bytes */0", refused.field("content-range"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=0-0,5-9", "bytes=9-5", "bytes=a-b", "bytes=", "items=0-1", "bytes=-"})
  void ignoresARangeItDoesNotServe(String range) throws IOException {
    Response whole = node.get("/v2/x/blobs/" + blob, "Range: " + range).expect(200);
    assertEquals(SIZE, whole.body().length);
    assertNull(whole.field("content-range"));
  }

  @Test
  void heedsIfRange() throws IOException {
    String target = "/v2/x/blobs/" + blob;
    try (TestClient client = node.connect()) {
      String range = "Range: bytes=1-2";
      client.get(target, range, "If-Range: \"" + blob + "\"").expect(206);
      client.get(target, range, "If-Range: W/\"" + blob + "\"").expect(200);
      client.get(target, range, "If-Range: \"x\"").expect(200);
      client.get(target, range, "If-Range: Sat, 01 Jan 2022 00:00:00 GMT").expect(200);
    }
  }

  @Test
  void readsBeyondTwoAndFourGigabytes() throws IOException {
    Digest huge = layout.sparse(HUGE, MARKS);
    String target = "/v2/x/blobs/" + huge;
    try (TestClient client = node.connect()) {
      assertEquals(HUGE, client.head(target).expect(200).contentLength());
      for (long mark : MARKS) {
        String range = "Range: bytes=" + mark + "-" + (mark + 7);
        Response part = client.get(target, range).expect(206);
        assertEquals(mark, ByteBuffer.wrap(part.body()).getLong());
        assertEquals("bytes " + mark + "-" + (mark + 7) + "/" + HUGE, part.field("content-range"));
      }
      Response tail = client.get(target, "Range: bytes=-8").expect(206);
      assertEquals(HUGE - 8, ByteBuffer.wrap(tail.body()).getLong());
      // A long range across both borders keeps its place.
      long first = (1L << 32) - (2L * BLOCK) - 5;
      Response across = client.get(target, "Range: bytes=" + first + "-" + (first + 4L * BLOCK));
      int at = (int) ((1L << 32) - 4 - first);
      assertEquals((1L << 32) - 4, ByteBuffer.wrap(across.expect(206).body()).getLong(at));
      assertEquals(HUGE, client.head(target).expect(200).contentLength());
    }
  }
}
