package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
  private static final String EXPECTED =
      "HTTP/1.1 206 Partial Content\r\n"
          + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
          + "Accept-Ranges: bytes\r\n"
          + "OCI-Namespace: acme.test\r\n"
          + "Content-Length: 9223372036854775807\r\n"
          + ("Docker-Content-Digest: " + Text.SHA256 + "\r\n")
          + ("ETag: \"" + Text.SHA256 + "\"\r\n")
          + "Content-Range: bytes 0-9/10\r\n"
          + "Content-Range: bytes */1000\r\n"
          + "\r\n";

  private final ResponseHead head = new ResponseHead();

  private int writeAll(MemorySegment out, long offset, int capacity) {
    DigestKey digest = DigestKey.of(Text.SHA256);
    MemorySegment namespace = Text.memory("acme.test");
    return head.begin(out, offset, capacity)
        .status(206)
        .date(new HttpDate())
        .header(HttpHeader.ACCEPT_RANGES, HttpHeader.BYTES)
        .header(HttpHeader.OCI_NAMESPACE, namespace, 0, (int) namespace.byteSize())
        .header(HttpHeader.CONTENT_LENGTH, Long.MAX_VALUE)
        .digestHeader(digest)
        .etag(digest)
        .contentRange(0, 9, 10)
        .contentRangeUnsatisfied(1000)
        .end();
  }

  @Test
  void writesEveryKindOfField() {
    MemorySegment out = Text.memory("?".repeat(1024));
    int length = writeAll(out, 3, 1021);
    assertEquals("???" + EXPECTED + "?", Text.string(out, 0, length + 4));
  }

  @Test
  void neverWritesBeyondItsCapacity() {
    for (int capacity = 0; capacity <= EXPECTED.length(); capacity++) {
      MemorySegment out = Text.memory("?".repeat(EXPECTED.length() + 8));
      int length = writeAll(out, 0, capacity);
      assertEquals(capacity < EXPECTED.length() ? ResponseHead.OVERFLOW : capacity, length);
      for (long i = capacity; i < out.byteSize(); i++) {
        assertEquals('?', out.get(JAVA_BYTE, i));
      }
    }
    assertEquals(ResponseHead.OVERFLOW, writeAll(Text.memory(""), 0, -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "a\r\nb", "a\nb", "a\0", "\u007f"})
  void refusesToSplitAResponse(String value) {
    MemorySegment out = Text.memory("?".repeat(256));
    MemorySegment source = Text.memory(value);
    head.begin(out, 0, 256).status(200).header(HttpHeader.LINK, source, 0, value.length());
    assertEquals(ResponseHead.REFUSED, head.end());
    assertEquals("HTTP/1.1 200 OK\r\n?", Text.string(out, 0, 18));
  }

  @Test
  void refusesWhatHasNoText() {
    MemorySegment out = Text.memory("?".repeat(256));
    head.begin(out, 0, 256).digestHeader(new DigestKey());
    assertEquals(ResponseHead.REFUSED, head.end());
    head.begin(out, 0, 256).header(HttpHeader.CONTENT_LENGTH, -1);
    assertEquals(ResponseHead.REFUSED, head.end());
  }

  @ParameterizedTest
  @CsvSource({
    "200, OK",
    "206, Partial Content",
    "304, Not Modified",
    "400, Bad Request",
    "401, Unauthorized",
    "404, Not Found",
    "405, Method Not Allowed",
    "408, Request Timeout",
    "414, URI Too Long",
    "416, Range Not Satisfiable",
    "429, Too Many Requests",
    "431, Request Header Fields Too Large",
    "500, Internal Server Error",
    "501, Not Implemented",
    "503, Service Unavailable",
    "505, HTTP Version Not Supported",
  })
  void knowsTheReasonOfEveryStatus(int status, String reason) {
    String expected = "HTTP/1.1 " + status + " " + reason + "\r\n\r\n";
    MemorySegment out = Text.memory("?".repeat(64));
    assertEquals(expected.length(), head.begin(out, 0, 64).status(status).end());
    assertEquals(expected, Text.string(out, 0, expected.length()));
  }

  @Test
  void hasNoReasonForOtherStatuses() {
    head.begin(Text.memory("?".repeat(64)), 0, 64);
    assertThrows(IllegalArgumentException.class, () -> head.status(418));
  }
}
