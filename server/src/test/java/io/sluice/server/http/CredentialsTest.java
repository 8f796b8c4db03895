package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final String TOKEN = "aGVsbG86d29ybGQ=";

  private final Credentials credentials = new Credentials();

  private boolean allowed(String fields) {
    MemorySegment memory = Text.memory("GET /v2/ HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    return credentials.allow(memory, Text.accepted(memory));
  }

  @BeforeEach
  void require() {
    credentials.require("Basic " + TOKEN);
  }

  @Test
  void withoutCredentialsEverybodyIsAllowed() {
    Credentials none = new Credentials();
    MemorySegment memory = Text.memory("GET /v2/ HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(none.allow(memory, Text.accepted(memory)));
    assertEquals(0, none.field().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic ", "basic ", "BASIC   "})
  void theSchemeIsInAnyCase(String scheme) {
    assertTrue(allowed("Authorization: " + scheme + TOKEN + "\r\n"));
  }

  @Test
  void anythingElseIsNot() {
    assertFalse(allowed(""));
    assertFalse(allowed("Authorization: \r\n"));
    assertFalse(allowed("Authorization: Basic\r\n"));
    assertFalse(allowed("Authorization: Bearer " + TOKEN + "\r\n"));
    assertFalse(allowed("Authorization: " + TOKEN + "\r\n"));
    assertFalse(allowed("Authorization: Basic " + TOKEN + "=\r\n"));
    assertFalse(allowed("Authorization: Basic " + TOKEN + " a\r\n"));
    assertFalse(allowed("Proxy-Authorization: Basic " + TOKEN + "\r\n"));
    for (int i = 0; i < TOKEN.length(); i++) {
      String other = TOKEN.substring(0, i) + '!' + TOKEN.substring(i + 1);
      assertFalse(allowed("Authorization: Basic " + other + "\r\n"), other);
      String shorter = TOKEN.substring(0, i);
      assertFalse(allowed("Authorization: Basic " + shorter + "\r\n"), shorter);
    }
  }

  @Test
  void otherCredentialsReplaceThem() {
    credentials.require("Basic YTpi");
    assertFalse(allowed("Authorization: Basic " + TOKEN + "\r\n"));
    assertTrue(allowed("Authorization: Basic YTpi\r\n"));
    assertEquals(
        "Authorization: Basic YTpi\r\n",
        new String(credentials.field(), StandardCharsets.US_ASCII));
  }
}
