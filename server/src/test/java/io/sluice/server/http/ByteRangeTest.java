package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  private final ByteRange range = new ByteRange();

  private int parse(String text) {
    return range.parse(Text.memory(text), 0, text.length());
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 10, 0, 0",
    "bytes=2-5, 10, 2, 5",
    "bytes=2-, 10, 2, 9",
    "bytes=-3, 10, 7, 9",
    "bytes=-30, 10, 0, 9",
    "bytes=5-100, 10, 5, 9",
    "bytes=9-9, 10, 9, 9",
    "BYTES=0-1, 2, 0, 1",
    "bytes=007-08, 10, 7, 8",
    "bytes=0-9223372036854775807, 10, 0, 9",
    "bytes=0-99999999999999999999999, 10, 0, 9",
    "bytes=-99999999999999999999999, 10, 0, 9",
    "bytes=4294967296-4294967297, 5000000000, 4294967296, 4294967297",
    "bytes=-1, 9223372036854775807, 9223372036854775806, 9223372036854775806",
    "bytes=0-, 9223372036854775807, 0, 9223372036854775806",
  })
  void resolvesASingleRange(String text, long size, long first, long last) {
    assertEquals(ByteRange.VALID, parse(text));
    assertTrue(range.resolve(size));
    assertEquals(first, range.first());
    assertEquals(last, range.last());
    assertEquals(last - first + 1, range.length());
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=10-, 10",
    "bytes=10-20, 10",
    "bytes=-0, 10",
    "bytes=0-, 0",
    "bytes=0-0, 0",
    "bytes=-5, 0",
    "bytes=99999999999999999999-, 10",
    "bytes=99999999999999999999-99999999999999999999, 9223372036854775807",
  })
  void cannotSatisfyARangeOutsideTheBlob(String text, long size) {
    assertEquals(ByteRange.VALID, parse(text));
    assertFalse(range.resolve(size));
    assertEquals(0, range.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,3-4", "bytes=0-1 ,\t3-", "bytes=-1,", "bytes=,-1"})
  void tellsSeveralRanges(String text) {
    assertEquals(ByteRange.MULTI, parse(text));
    assertFalse(range.resolve(10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=1",
        "bytes=a-b",
        "bytes=5-4",
        "bytes= 0-1",
        "bytes=0 -1",
        "bytes=0-1 ",
        "bytes 0-1",
        "items=0-1",
        "bytes=0--1",
        "bytes=--1",
        "bytes=+0-1",
        "bytes=0-1-2",
        "bytes=0-1,x",
        "bytes=0-1,5-4",
        "bytes=0x0-0x1"
      })
  void ignoresWhatIsMalformed(String text) {
    assertEquals(ByteRange.MALFORMED, parse(text));
    assertFalse(range.resolve(10));
    assertEquals(0, range.length());
  }

  @Test
  void forgetsTheRangeBefore() {
    parse("bytes=1-2");
    range.clear();
    assertEquals(ByteRange.NONE, range.kind());
    assertFalse(range.resolve(10));
  }
}
