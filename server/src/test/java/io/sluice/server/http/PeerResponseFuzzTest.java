package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Arbitrary bytes as a peer's response: nothing throws, nothing beyond the head is read, and a
 * response that is accepted has one meaning for whoever reads its lines.
 */
class PeerResponseFuzzTest {
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[01] [1-5][0-9]{2} [\t -~\u0080-\u00ff]*");
  private static final Pattern FIELD =
      Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+:[\t -~\u0080-\u00ff]*");

  private final PeerResponse response = new PeerResponse();

  @FuzzTest(maxDuration = "2m")
  void response(byte[] bytes) {
    int length = HeadScanner.scan(MemorySegment.ofArray(bytes), 0, bytes.length, 0);
    // Also without the scanner's approval the parser must stay within its bytes.
    MemorySegment exact =
        MemorySegment.ofArray(length > 0 ? Arrays.copyOf(bytes, length) : bytes.clone());
    boolean accepted = response.parse(exact, 0, (int) exact.byteSize());
    assertEquals(accepted, response.problem() == null);
    String text = Text.string(exact, 0, (int) exact.byteSize());
    if (accepted) {
      checkAccepted(text);
    } else if (length > 0) {
      assertTrue(isDubious(text), text);
    }
  }

  private void checkAccepted(String text) {
    assertTrue(isWellFormed(text));
    assertEquals(Integer.parseInt(text.substring(9, 12)), response.status());
    assertTrue(values(text, "transfer-encoding").isEmpty());
    List<String> lengths = values(text, "content-length");
    assertTrue(lengths.size() <= 1);
    long expected = lengths.isEmpty() ? -1 : Long.parseLong(lengths.getFirst());
    assertEquals(expected, response.contentLength());
    List<String> digests = values(text, "docker-content-digest");
    assertEquals(String.join("", digests), response.dockerContentDigest().toString());
    List<String> ranges = values(text, "content-range");
    assertEquals(ranges.size(), response.contentRange().isPresent() ? 1 : 0);
    ContentRange range = response.contentRange();
    if (range.size() >= 0 && range.last() >= 0) {
      assertTrue(range.first() <= range.last() && range.last() < range.size());
    }
  }

  /** Whether a field that matters is there at all, or a line is malformed. */
  private static boolean isDubious(String text) {
    Stream<String> names =
        Stream.of(
            "transfer-encoding",
            "content-length",
            "content-range",
            "content-type",
            "docker-content-digest",
            "etag",
            "connection");
    return !isWellFormed(text) || names.anyMatch(name -> !values(text, name).isEmpty());
  }

  private static boolean isWellFormed(String text) {
    String[] lines = lines(text);
    return text.endsWith("\r\n\r\n")
        && lines.length <= 1 + HttpLimits.HEADER_COUNT_MAX
        && STATUS_LINE.matcher(lines[0]).matches()
        && Stream.of(lines).skip(1).allMatch(line -> FIELD.matcher(line).matches());
  }

  private static String[] lines(String text) {
    return text.substring(0, Math.max(0, text.length() - 4)).split("\r\n", -1);
  }

  private static List<String> values(String text, String name) {
    return Stream.of(lines(text))
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).replaceAll("^[ \t]+|[ \t]+$", ""))
        .toList();
  }
}
