package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Arbitrary bytes as a request: nothing throws, nothing outside the bytes is touched, splits change
 * nothing, and a reference implementation understands the same. Seeds are replayed by default; set
 * {@code JAZZER_FUZZ=1} to search for more.
 */
class RequestFuzzTest {
  private static final int FENCE = 64;
  private static final byte FENCE_BYTE = 0x5a;

  private final RequestHead head = new RequestHead();
  private final RegistryTarget target = new RegistryTarget();

  @FuzzTest(maxDuration = "2m")
  void request(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    MemorySegment memory = MemorySegment.ofArray(bytes.clone());
    int length = HeadScanner.scan(memory, 0, bytes.length, 0);
    assertEquals(length, scanByteByByte(memory, bytes.length));
    int expectedLength = ReferenceRequest.headLength(text);
    assertEquals(expectedLength, length > 0 ? length : -1);
    if (length <= 0) {
      return;
    }
    ReferenceRequest expected = ReferenceRequest.parse(text.substring(0, length));
    // The parser gets memory that ends with the head: it must not look at the next request.
    MemorySegment exact = MemorySegment.ofArray(Arrays.copyOf(bytes, length));
    int status = head.parse(exact, 0, length);
    if (expected == null) {
      assertTrue(status >= 400, "accepted what the reference refuses");
      assertNotNull(head.problem());
      return;
    }
    assertEquals(0, status, head.problem());
    assertNull(head.problem());
    String parsedTarget = Text.string(exact, head.targetOffset(), head.targetLength());
    assertTrue(expected.agreesWith(head, parsedTarget), expected::toString);
    checkTarget(expected.target());
    checkFenced(bytes, length);
  }

  private static int scanByteByByte(MemorySegment memory, int length) {
    int scanned = 0;
    for (int i = 0; i <= length; i++) {
      int result = HeadScanner.scan(memory, 0, i, scanned);
      if (result != 0) {
        return result;
      }
      scanned = i;
    }
    return 0;
  }

  private void checkTarget(String text) {
    MemorySegment memory = Text.memory(text);
    int kind = target.parse(memory, 0, text.length());
    ReferenceTarget actual = ReferenceTarget.of(kind, target, memory);
    assertEquals(ReferenceTarget.parse(text), actual, target.problem());
    assertEquals(kind == RegistryTarget.INVALID, target.problem() != null);
    if (!actual.name().isEmpty()) {
      assertEquals(actual.withoutQuery(), reparsed(actual));
    }
  }

  /** The same target written canonically has to mean the same. */
  private ReferenceTarget reparsed(ReferenceTarget meaning) {
    String canonical = meaning.canonicalPath();
    MemorySegment memory = Text.memory(canonical);
    int kind = target.parse(memory, 0, canonical.length());
    return ReferenceTarget.of(kind, target, memory);
  }

  /** The same request inside larger memory: decoding writes within the target only. */
  private void checkFenced(byte[] bytes, int length) {
    byte[] fenced = new byte[FENCE + length + FENCE];
    Arrays.fill(fenced, FENCE_BYTE);
    System.arraycopy(bytes, 0, fenced, FENCE, length);
    byte[] before = fenced.clone();
    MemorySegment memory = MemorySegment.ofArray(fenced);
    assertEquals(0, head.parse(memory, FENCE, length));
    target.parse(memory, head);
    int from = (int) head.targetOffset();
    int to = from + head.targetLength();
    assertTrue(Arrays.equals(before, 0, from, fenced, 0, from));
    assertTrue(Arrays.equals(before, to, before.length, fenced, to, fenced.length));
  }
}
