package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerResponseTest {
  private final PeerResponse response = new PeerResponse();

  private boolean parse(String text) {
    return response.parse(Text.memory(text), 0, text.length());
  }

  private boolean parseFields(String fields) {
    return parse("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n");
  }

  @Test
  void readsEveryFieldItKnows() {
    String text =
        "HTTP/1.1 206 Partial Content\r\ncontent-type: a/b\r\nContent-Length: 10\r\n"
            + ("Docker-Content-Digest: " + Text.SHA256 + "\r\nETag: \"x\"\r\n")
            + "Content-Range: bytes 5-14/100\r\nDate: x\r\n\r\n";
    MemorySegment memory = Text.memory(text);
    assertEquals(text.length(), HeadScanner.scan(memory, 0, text.length(), 0));
    assertTrue(response.parse(memory, 0, text.length()));
    assertEquals(206, response.status());
    assertEquals(10, response.contentLength());
    assertEquals(
        "a/b", Text.string(memory, response.contentTypeOffset(), response.contentTypeLength()));
    assertEquals("\"x\"", Text.string(memory, response.etagOffset(), response.etagLength()));
    assertTrue(response.hasDockerContentDigest());
    assertEquals(DigestKey.of(Text.SHA256), response.dockerContentDigest());
    assertTrue(response.contentRange().isPresent());
    assertEquals(5, response.contentRange().first());
    assertEquals(14, response.contentRange().last());
    assertEquals(100, response.contentRange().size());
    assertTrue(response.keepAlive());
  }

  @Test
  void forgetsTheResponseBefore() {
    readsEveryFieldItKnows();
    assertTrue(parse("HTTP/1.0 404 \r\n\r\n"));
    assertEquals(404, response.status());
    assertEquals(-1, response.contentLength());
    assertEquals(0, response.contentTypeLength());
    assertEquals(0, response.etagLength());
    assertFalse(response.hasDockerContentDigest());
    assertFalse(response.contentRange().isPresent());
    assertFalse(response.keepAlive());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 600 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 -20 OK",
        "HTTP/2.0 200 OK",
        "http/1.1 200 OK",
        "HTTP/1.1\t200 OK",
        "ICY 200 OK",
        "",
        "\r\nHTTP/1.1 200 OK",
        "HTTP/1.1 200 O\u0001K"
      })
  void refusesAMalformedStatusLine(String line) {
    assertFalse(parse(line + "\r\nContent-Length: 0\r\n\r\n"));
    assertNotNull(response.problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: identity",
        "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: 1, 1",
        "Content-Length: x",
        "Content-Length:",
        "Content-Length: 9223372036854775807",
        "Content-Type: a\r\nContent-Type: a",
        "ETag: a\r\nETag: a",
        "Docker-Content-Digest: " + Text.SHA256 + "\r\nDocker-Content-Digest: " + Text.SHA256,
        "Docker-Content-Digest: md5:00",
        "Docker-Content-Digest:",
        "Content-Range: bytes 0-1/2\r\nContent-Range: bytes 0-1/2",
        "Content-Range: bytes 1-0/2",
        "Content-Range: bytes 0-2/2",
        "Content-Range: bytes 0-/2",
        "Content-Range: bytes -1/2",
        "Content-Range: bytes 0-1",
        "Content-Range: bytes 0-1/",
        "Content-Range: bytes */*",
        "Content-Range: bytes=0-1/2",
        "Content-Range: items 0-1/2",
        "Content-Range: bytes 0-99999999999999999999/*",
        "Content-Range: bytes 0-1/99999999999999999999",
        "Connection: a b",
        "X : y",
        "X",
        " folded"
      })
  void refusesWhatMakesTheBodyUncertain(String fields) {
    assertFalse(parseFields(fields));
    assertNotNull(response.problem());
    assertFalse(response.keepAlive());
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 0-0/1, 0, 0, 1",
    "bytes 5-9/*, 5, 9, -1",
    "bytes */10, -1, -1, 10",
    "Bytes 0-4294967296/4294967297, 0, 4294967296, 4294967297",
  })
  void readsContentRanges(String value, long first, long last, long size) {
    assertTrue(parseFields("Content-Range: " + value));
    assertEquals(first, response.contentRange().first());
    assertEquals(last, response.contentRange().last());
    assertEquals(size, response.contentRange().size());
  }

  @Test
  void keepsTheConnectionByVersionAndConnectionField() {
    assertTrue(parseFields("Connection: keep-alive") && response.keepAlive());
    assertTrue(parseFields("Connection: x, Close") && !response.keepAlive());
    assertTrue(parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n") && response.keepAlive());
  }

  @Test
  void acceptsTheGreatestNumberOfFieldsAndNotOneMore() {
    String fields = "X: y\r\n".repeat(HttpLimits.HEADER_COUNT_MAX - 1);
    assertTrue(parseFields(fields + "X: y"));
    assertFalse(parseFields(fields + "X: y\r\nX: y"));
  }

  @Test
  void refusesAHeadThatDoesNotEndWithABlankLine() {
    for (String text : new String[] {"", "\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK"}) {
      assertFalse(parse(text));
    }
  }
}
