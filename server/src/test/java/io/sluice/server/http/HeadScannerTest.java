package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadScannerTest {
  private static final String REQUEST = "GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n";

  private static int scan(String text) {
    MemorySegment memory = Text.memory(text);
    return HeadScanner.scan(memory, 0, text.length(), 0);
  }

  @Test
  void findsTheEndOfAHead() {
    assertEquals(REQUEST.length(), scan(REQUEST));
    assertEquals(REQUEST.length(), scan(REQUEST + REQUEST));
    assertEquals(REQUEST.length() + 2, scan("\r\n" + REQUEST));
    assertEquals("A\r\n\r\n".length(), scan("A\r\n\r\n"));
  }

  @Test
  void waitsForTheRestOfAnUnfinishedHead() {
    for (int length = 0; length < REQUEST.length(); length++) {
      assertEquals(0, scan(REQUEST.substring(0, length)));
    }
  }

  @Test
  void refusesBytesThatNoHeadHas() {
    assertEquals(HttpError.NUL, scan("GET /\0"));
    assertEquals(HttpError.NUL, scan("\0"));
    assertEquals(HttpError.CONTROL_CHARACTER, scan("GET /\u0001"));
    assertEquals(HttpError.CONTROL_CHARACTER, scan("GET /\u007f"));
    assertEquals(HttpError.CONTROL_CHARACTER, scan("GET /\u000b"));
    assertEquals(HttpError.BARE_CARRIAGE_RETURN, scan("GET / HTTP/1.1\rHost: x"));
    assertEquals(HttpError.BARE_CARRIAGE_RETURN, scan("GET / HTTP/1.1\r\r\n"));
    assertEquals(HttpError.BARE_CARRIAGE_RETURN, scan("\rG"));
    assertEquals(HttpError.BARE_LINE_FEED, scan("GET / HTTP/1.1\n"));
    assertEquals(HttpError.BARE_LINE_FEED, scan("GET / HTTP/1.1\r\nHost: x\r\n\n"));
    assertEquals(HttpError.BARE_LINE_FEED, scan("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {" GET /", "\tGET /", "\u0016\u0003\u0001", "\u00ff", "{", "\r\n GET"})
  void refusesAFirstByteThatBeginsNoMethod(String text) {
    assertEquals(HttpError.FIRST_OCTET, scan(text));
  }

  @Test
  void toleratesOneEmptyLineBeforeTheRequestOnly() {
    assertEquals(0, scan("\r\n"));
    assertEquals(HttpError.FIRST_OCTET, scan("\r\n\r"));
    assertEquals(HttpError.FIRST_OCTET, scan("\r\n\r\n" + REQUEST));
  }

  @Test
  void acceptsAHeadOfTheGreatestLengthAndNoneLonger() {
    int filling = HttpLimits.HEAD_LENGTH_MAX - "GET  HTTP/1.1\r\n\r\n".length();
    String longest = "GET " + "a".repeat(filling) + " HTTP/1.1\r\n\r\n";
    assertEquals(HttpLimits.HEAD_LENGTH_MAX, scan(longest));
    assertEquals(HttpLimits.HEAD_LENGTH_MAX, scan(longest + "x"));
    assertEquals(0, scan(longest.substring(0, longest.length() - 1)));
    assertEquals(HttpError.HEAD_TOO_LONG, scan("GET a" + longest.substring(4)));
    assertEquals(431, HttpError.status(HttpError.HEAD_TOO_LONG));
  }

  @Test
  void looksAtNoByteTwiceButTheLastThree() {
    MemorySegment memory = Text.memory(REQUEST);
    for (int scanned = 1; scanned < REQUEST.length(); scanned++) {
      MemorySegment forgotten = Text.memory(REQUEST);
      for (int i = 0; i < scanned - 3; i++) {
        forgotten.set(JAVA_BYTE, i, (byte) 0);
      }
      assertEquals(
          HeadScanner.scan(memory, 0, REQUEST.length(), 0),
          HeadScanner.scan(forgotten, 0, REQUEST.length(), scanned));
    }
  }

  @Test
  void everyErrorHasAStatusAndItsOwnSentence() {
    for (int code = HttpError.NUL; code >= HttpError.HEAD_TOO_LONG; code--) {
      assertEquals(code == HttpError.HEAD_TOO_LONG ? 431 : 400, HttpError.status(code));
      assertNotEquals(HttpError.problem(0), HttpError.problem(code));
    }
  }
}
