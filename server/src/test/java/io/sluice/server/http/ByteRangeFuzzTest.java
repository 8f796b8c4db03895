package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arbitrary bytes as a Range field, applied to blobs of many sizes: arbitrary precision arithmetic
 * agrees, and what is to be sent lies within the blob.
 */
class ByteRangeFuzzTest {
  private static final Pattern SINGLE = Pattern.compile("(?i)bytes=([0-9]*)-([0-9]*)");
  private static final Pattern SEVERAL = Pattern.compile("(?i)bytes=[0-9\\-, \t]*,[0-9\\-, \t]*");
  private static final long[] SIZES = {0, 1, 2, 10, 1L << 31, 1L << 40, Long.MAX_VALUE};

  private final ByteRange range = new ByteRange();

  @FuzzTest(maxDuration = "2m")
  void range(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int kind = range.parse(MemorySegment.ofArray(bytes), 0, bytes.length);
    assertEquals(kind, range.kind());
    Matcher single = SINGLE.matcher(text);
    boolean wellFormed = single.matches() && text.length() > "bytes=-".length();
    if (!wellFormed) {
      boolean several = kind == ByteRange.MULTI && SEVERAL.matcher(text).matches();
      assertTrue(kind == ByteRange.MALFORMED || several, text);
      assertTrue(!range.resolve(10));
      return;
    }
    for (long size : SIZES) {
      check(kind, single.group(1), single.group(2), size);
    }
  }

  private void check(int kind, String from, String to, long size) {
    BigInteger whole = BigInteger.valueOf(size);
    BigInteger end = whole.subtract(BigInteger.ONE);
    BigInteger first;
    BigInteger last = end;
    if (from.isEmpty()) {
      first = whole.subtract(new BigInteger(to)).max(BigInteger.ZERO);
    } else {
      first = new BigInteger(from);
      if (!to.isEmpty()) {
        last = new BigInteger(to);
        // Beyond a long both numbers saturate, and the order between them is lost.
        if (last.compareTo(first) < 0 && first.bitLength() < 64) {
          assertEquals(ByteRange.MALFORMED, kind);
          return;
        }
      }
    }
    assertEquals(kind == ByteRange.VALID && first.compareTo(whole) < 0, range.resolve(size));
    if (range.length() > 0) {
      assertEquals(first.longValueExact(), range.first());
      assertEquals(last.min(end).longValueExact(), range.last());
      assertTrue(range.first() >= 0 && range.last() < size && range.length() <= size);
    }
  }
}
