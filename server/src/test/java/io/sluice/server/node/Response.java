package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A response as it came over the wire.
 *
 * @param status of the status line
 * @param fields header fields by lower-case name
 * @param body all bytes of the body; empty where there is none
 */
record Response(int status, Map<String, String> fields, byte[] body) {

  /** The value of a field, or null. */
  String field(String name) {
    return fields.get(name);
  }

  long contentLength() {
    return Long.parseLong(fields.get("content-length"));
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  Response expect(int expected) {
    assertEquals(expected, status, () -> fields + "\n" + text());
    return this;
  }

  /** Checks status, media type and code of an OCI error. */
  Response expectError(int expected, String code) {
    expect(expected);
    assertEquals("application/json", field("content-type"));
    assertTrue(text().startsWith("{\"errors\":[{\"code\":\"" + code + "\""), this::text);
    assertTrue(text().endsWith("}]}"), this::text);
    return this;
  }
}
