package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
  private static String get(String... fields) {
    return request("GET /v2/ HTTP/1.1", fields);
  }

  private static String request(String line, String... fields) {
    StringBuilder text = new StringBuilder(line).append("\r\nHost: x\r\n");
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  private static RequestHead head(String text) {
    return Text.accepted(Text.memory(text));
  }

  @Test
  void readsEveryFieldItKnows() {
    String text =
        "HEAD /v2/a/manifests/b?ns=c HTTP/1.1\r\nhost: registry.test:5000\r\nACCEPT: a/b\r\n"
            + "Accept:c/d\r\nRange: \t bytes=1-2 \t\r\nIf-None-Match: \"x\"\r\nIf-Range: \"y\"\r\n"
            + "authorization: Basic Og==\r\nX-Spegel-Mirrored: true\r\nExpect: 100-Continue\r\n"
            + "Content-Length: 0\r\nX-Other:\r\n\r\n";
    MemorySegment memory = Text.memory(text);
    RequestHead head = Text.accepted(memory);
    assertEquals(RequestHead.METHOD_HEAD, head.method());
    assertEquals(1, head.minorVersion());
    assertTrue(head.keepAlive());
    assertEquals(0, head.contentLength());
    assertEquals(
        "/v2/a/manifests/b?ns=c", Text.string(memory, head.targetOffset(), head.targetLength()));
    assertEquals("a/b", Text.string(memory, head.acceptOffset(), head.acceptLength()));
    assertEquals(2, head.acceptCount());
    assertTrue(head.hasRange());
    assertEquals(ByteRange.VALID, head.range().kind());
    assertEquals("\"x\"", Text.string(memory, head.ifNoneMatchOffset(), head.ifNoneMatchLength()));
    assertEquals("\"y\"", Text.string(memory, head.ifRangeOffset(), head.ifRangeLength()));
    assertEquals(
        "Basic Og==", Text.string(memory, head.authorizationOffset(), head.authorizationLength()));
    assertTrue(head.mirrored());
    assertTrue(head.expectContinue());
    assertNull(head.problem());
  }

  @Test
  void forgetsTheRequestBefore() {
    RequestHead head = head(get("Range: bytes=0-1", "X-Spegel-Mirrored: true", "Accept: a"));
    MemorySegment plain = Text.memory(get());
    assertEquals(0, head.parse(plain, 0, (int) plain.byteSize()));
    assertFalse(head.hasRange());
    assertFalse(head.mirrored());
    assertFalse(head.expectContinue());
    assertEquals(-1, head.contentLength());
    assertEquals(0, head.acceptCount());
    assertEquals(0, head.acceptLength());
  }

  @Test
  void parsesAtAnyOffset() {
    String text = get();
    MemorySegment memory = Text.memory("....." + text + "....");
    RequestHead head = new RequestHead();
    assertEquals(text.length(), HeadScanner.scan(memory, 5, text.length() + 4, 0));
    assertEquals(0, head.parse(memory, 5, text.length()));
    assertEquals("/v2/", Text.string(memory, head.targetOffset(), head.targetLength()));
  }

  @ParameterizedTest
  @CsvSource({
    "1, , true",
    "0, , false",
    "1, close, false",
    "1, Keep-Alive, true",
    "0, KEEP-ALIVE, true",
    "1, 'upgrade, Close', false",
    "0, 'keep-alive , close', false",
    "0, ',, keep-alive,', true",
    "1, closed, true",
    "1, not-close, true",
  })
  void keepsTheConnectionAliveByVersionAndConnectionField(
      int minorVersion, String connection, boolean keepAlive) {
    String field = connection == null ? "X: y" : "Connection: " + connection;
    assertEquals(keepAlive, head(request("GET / HTTP/1." + minorVersion, field)).keepAlive());
  }

  @Test
  void joinsRepeatedConnectionFields() {
    assertFalse(head(get("Connection: upgrade", "Connection: close", "Connection: x")).keepAlive());
  }

  @Test
  void keepsNoConnectionAliveThatMayCarryABody() {
    RequestHead head = head(request("POST /v2/a/blobs/uploads/ HTTP/1.1", "Content-Length: 5"));
    assertEquals(RequestHead.METHOD_OTHER, head.method());
    assertEquals(5, head.contentLength());
    assertFalse(head.keepAlive());
    assertFalse(head(request("DELETE / HTTP/1.1")).keepAlive());
  }

  @Test
  void tellsMethodsApartByCase() {
    assertEquals(RequestHead.METHOD_GET, head(request("GET / HTTP/1.1")).method());
    assertEquals(RequestHead.METHOD_OTHER, head(request("get / HTTP/1.1")).method());
    assertEquals(RequestHead.METHOD_OTHER, head(request("GETS / HTTP/1.1")).method());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  /v2/ HTTP/1.1",
        "GET /v2/  HTTP/1.1",
        "GET /v2/ HTTP/1.1 ",
        "GET\t/v2/ HTTP/1.1",
        "GET /v2/",
        "GET",
        "GET  HTTP/1.1",
        "GET /v2/ HTTP/1",
        "GET /v2/ http/1.1",
        "GET /v2/ HTTP/11",
        "GET /v2/ HTTP/1.1.1",
        "GET /v2/ HTTP/1.x",
        "G(T /v2/ HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /a\\b HTTP/1.1",
        "GET /a\"b HTTP/1.1",
        "GET /\u00e9 HTTP/1.1"
      })
  void refusesAMalformedRequestLine(String line) {
    assertEquals(400, Text.status(request(line)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.0"})
  void refusesOtherVersions(String version) {
    assertEquals(505, Text.status(request("GET / " + version)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length : 0",
        "Content-Length\t: 0",
        ": x",
        "X",
        "X Y: z",
        "X(: y",
        "X\u00e9: y",
        " folded",
        "X: a\r\n folded",
        "X: a\r\n\tfolded",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 0, 0",
        "Content-Length: 1",
        "Content-Length: +0",
        "Content-Length: -0",
        "Content-Length: 0x0",
        "Content-Length:",
        "Content-Length: 0 0",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: Chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "Host: x",
        "Range: bytes=0-1\r\nRange: bytes=0-1",
        "If-Range: \"a\"\r\nIf-Range: \"a\"",
        "Authorization: a\r\nAuthorization: a",
        "Connection: a b",
        "Connection: \"close\""
      })
  void refusesWhatTwoReadersCouldUnderstandDifferently(String fields) {
    assertEquals(400, Text.status(get(fields)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "chunked, chunked", "xchunked", "identity", "chunked;q=1", ""})
  void doesNotImplementOtherTransferCodings(String coding) {
    assertEquals(501, Text.status(get("Transfer-Encoding: " + coding)));
  }

  @Test
  void needsAHostInHttp11Only() {
    assertEquals(400, Text.status("GET / HTTP/1.1\r\n\r\n"));
    assertEquals(0, Text.status("GET / HTTP/1.0\r\n\r\n"));
    assertEquals(400, Text.status("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "a, 0",
    "my_node.test:5000, 0",
    "'[::1]:5000', 0",
    "a:, 0",
    "a%20b, 0",
    "a b, 400",
    "a/b, 400",
    "user@a, 400",
    "a:x, 400",
    "a:123456, 400",
    "[::1, 400",
    "[a], 400",
    "'[::1]x', 400",
    "a%2, 400",
  })
  void refusesAHostThatIsNone(String host, int status) {
    assertEquals(status, Text.status("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
  }

  @Test
  void acceptsTheGreatestNumberOfFieldsAndNotOneMore() {
    String[] fields = new String[HttpLimits.HEADER_COUNT_MAX - 1];
    Arrays.fill(fields, "X: y");
    assertEquals(0, Text.status(get(fields)));
    fields[0] = "X: y\r\nX: y";
    assertEquals(431, Text.status(get(fields)));
  }

  @Test
  void acceptsTheLongestTargetAndNoneLonger() {
    String longest = "/" + "a".repeat(HttpLimits.TARGET_LENGTH_MAX - 1);
    assertEquals(0, Text.status(request("GET " + longest + " HTTP/1.1")));
    assertEquals(414, Text.status(request("GET " + longest + "a HTTP/1.1")));
  }

  @Test
  void ignoresRepeatedIfNoneMatch() {
    assertEquals(0, head(get("If-None-Match: \"a\"", "If-None-Match: \"b\"")).ifNoneMatchLength());
  }

  @Test
  void isMirroredByTheExactValueOnly() {
    assertFalse(head(get("X-Spegel-Mirrored: TRUE")).mirrored());
    assertFalse(head(get("X-Spegel-Mirrored: false")).mirrored());
    assertTrue(head(get("X-Spegel-Mirrored: false", "x-spegel-mirrored: true")).mirrored());
  }

  @Test
  void saysWhyItRefusesAndKeepsNothingAlive() {
    MemorySegment memory = Text.memory(get("Content-Length: 5"));
    RequestHead head = new RequestHead();
    assertEquals(400, head.parse(memory, 0, (int) memory.byteSize()));
    assertNotNull(head.problem());
    assertFalse(head.keepAlive());
  }

  @Test
  void refusesAHeadThatDoesNotEndWithABlankLine() {
    for (String text : new String[] {"", "GET", "GET / HTTP/1.1\r\nHost: x\r\n", "\r\n\r\n"}) {
      assertEquals(400, new RequestHead().parse(Text.memory(text), 0, text.length()));
    }
    String two = get() + "Host: y\r\n\r\n";
    assertEquals(400, new RequestHead().parse(Text.memory(two), 0, two.length()));
  }
}
