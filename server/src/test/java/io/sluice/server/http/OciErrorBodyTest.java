package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OciErrorBodyTest {
  private static final int CAPACITY = 2048;

  private final ResponseHead response = new ResponseHead();
  private final HttpDate date = new HttpDate();
  private final MemorySegment out = Text.memory("?".repeat(CAPACITY));

  private String write(int status, String detail, boolean headOnly, boolean close) {
    MemorySegment memory = Text.memory(detail);
    int length =
        OciErrorBody.write(
            response.begin(out, 0, CAPACITY),
            status,
            date,
            OciErrorCode.BLOB_UNKNOWN,
            "no such \"blob\"",
            OciErrorBody.DETAIL_DIGEST,
            memory,
            0,
            detail.length(),
            headOnly,
            close);
    return Text.string(out, 0, length);
  }

  private static List<String> strings(String body) throws IOException {
    List<String> strings = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(body)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          strings.add(parser.currentName() + "=" + parser.getText());
        }
      }
    }
    return strings;
  }

  private static String body(String text) {
    return text.substring(text.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void writesTheMembersInSpegelsOrder() {
    String text = write(404, "sha256:x", false, false);
    String body =
        "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"detail\":{\"digest\":\"sha256:x\"},"
            + "\"message\":\"no such \\\"blob\\\"\"}]}";
    assertEquals(
        "HTTP/1.1 404 Not Found\r\n"
            + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            + "Docker-Distribution-API-Version: registry/2.0\r\n"
            + "Content-Type: application/json\r\n"
            + ("Content-Length: " + body.length() + "\r\n\r\n")
            + body,
        text);
  }

  @Test
  void writesABodyWithoutDetail() {
    int length =
        OciErrorBody.write(
            response.begin(out, 0, CAPACITY),
            500,
            date,
            OciErrorCode.UNKNOWN,
            "the store failed",
            false,
            true);
    String text = Text.string(out, 0, length);
    assertEquals(
        "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"the store failed\"}]}", body(text));
    assertTrue(text.contains("\r\nConnection: close\r\n"));
  }

  @Test
  void escapesEveryOctetOfADetail() throws IOException {
    StringBuilder octets = new StringBuilder();
    for (char octet = 0; octet < 256; octet++) {
      octets.append(octet);
    }
    String text = write(404, octets.toString(), false, false);
    assertEquals(
        List.of("code=BLOB_UNKNOWN", "digest=" + octets, "message=no such \"blob\""),
        strings(body(text)));
    assertTrue(text.contains("\r\nContent-Length: " + body(text).length() + "\r\n"));
  }

  @Test
  void tellsAHeadRequestOfTheBodyItDoesNotSend() {
    String whole = write(404, "x", false, false);
    String head = write(404, "x", true, false);
    assertEquals(whole.substring(0, whole.length() - body(whole).length()), head);
  }

  @Test
  void addsTheFieldThatBelongsToAStatus() {
    assertTrue(write(401, "", false, false).contains("\r\nWWW-Authenticate: Basic realm="));
    assertTrue(write(405, "", false, false).contains("\r\nAllow: GET, HEAD\r\n"));
    assertTrue(write(429, "", false, false).contains("\r\nRetry-After: 1\r\n"));
    assertTrue(write(503, "", false, false).contains("\r\nRetry-After: 1\r\n"));
    assertFalse(write(404, "", false, false).contains("Retry-After"));
  }

  @Test
  void tellsTheSizeWithAnUnsatisfiableRange() {
    int length =
        OciErrorBody.writeUnsatisfiedRange(
            response.begin(out, 0, CAPACITY), date, 42, false, false);
    String text = Text.string(out, 0, length);
    assertTrue(text.startsWith("HTTP/1.1 416 Range Not Satisfiable\r\n"));
    assertTrue(text.contains("\r\nContent-Range: bytes */42\r\n"));
    assertTrue(body(text).contains("\"code\":\"RANGE_INVALID\""));
    assertTrue(text.contains("\r\nContent-Length: " + body(text).length() + "\r\n"));
  }

  @Test
  void neverWritesBeyondItsCapacity() {
    int whole = write(404, "a\u0001", false, true).length();
    for (int capacity = 0; capacity <= whole; capacity++) {
      out.fill((byte) '?');
      int length =
          OciErrorBody.write(
              response.begin(out, 0, capacity),
              404,
              date,
              OciErrorCode.BLOB_UNKNOWN,
              "no such \"blob\"",
              OciErrorBody.DETAIL_DIGEST,
              Text.memory("a\u0001"),
              0,
              2,
              false,
              true);
      assertEquals(capacity < whole ? ResponseHead.OVERFLOW : whole, length);
      for (long i = capacity; i < CAPACITY; i++) {
        assertEquals('?', out.get(JAVA_BYTE, i));
      }
    }
  }
}
