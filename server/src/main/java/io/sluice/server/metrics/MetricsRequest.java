package io.sluice.server.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A request head of the metrics port, parsed strictly (RFC 9112): what is not exactly a GET or HEAD
 * without a body is refused, and so is a POST of anything but what lies under {@code /admin/}.
 *
 * @param status 0 if the request is good, otherwise the status code to refuse it with
 * @param problem why it is refused, a sentence; empty if it is good
 * @param head whether the method is HEAD
 * @param path of the target, without the query
 * @param accept value of the {@code Accept} header, null without one
 * @param post whether the method is POST
 * @param authorization value of the {@code Authorization} header, null without one
 * @param bodyBytes length of the body, -1 if it is not said
 */
record MetricsRequest(
    int status,
    String problem,
    boolean head,
    String path,
    String accept,
    boolean post,
    String authorization,
    int bodyBytes) {
  /** Largest request head, the empty line included: 8 KiB. */
  static final int MAX_BYTES = 8_192;

  static MetricsRequest refused(final int status, final String problem) {
    return new MetricsRequest(status, problem, false, "", null, false, null, 0);
  }

  /**
   * Finds the end of the head in what was read so far.
   *
   * @param input its position is where the next byte goes
   * @return bytes of the head with the empty line, -1 if it is not complete
   */
  static int headBytes(final ByteBuffer input) {
    for (int end = 4; end <= input.position(); end++) {
      if (input.get(end - 1) == '\n'
          && input.get(end - 2) == '\r'
          && input.get(end - 3) == '\n'
          && input.get(end - 4) == '\r') {
        return end;
      }
    }
    return -1;
  }

  /**
   * Parses a complete head.
   *
   * @param bytes hold the head from their start
   * @param headBytes its length with the empty line
   * @return the request, or a refusal
   */
  static MetricsRequest parse(final byte[] bytes, final int headBytes) {
    final String head = new String(bytes, 0, headBytes - 4, StandardCharsets.ISO_8859_1);
    final String[] lines = head.split("\r\n", -1);
    for (final String line : lines) {
      if (hasControlCharacter(line)) {
        return refused(400, "The request has a control character in its head.");
      }
    }
    final String[] parts = lines[0].split(" ", -1);
    if (parts.length != 3 || !parts[1].startsWith("/")) {
      return refused(400, "The request line is not method, path, version with one blank between.");
    }
    if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
      return refused(505, "This port speaks HTTP/1.1 and HTTP/1.0.");
    }
    final int query = parts[1].indexOf('?');
    final String path = query < 0 ? parts[1] : parts[1].substring(0, query);
    final boolean post = parts[0].equals("POST") && path.startsWith("/admin/");
    if (!post && !parts[0].equals("GET") && !parts[0].equals("HEAD")) {
      return refused(405, "This port answers GET and HEAD.");
    }
    return parseHeaders(lines, parts[2].equals("HTTP/1.1"), parts[0], path);
  }

  private static MetricsRequest parseHeaders(
      final String[] lines, final boolean needsHost, final String method, final String path) {
    final boolean post = method.equals("POST");
    String accept = null;
    String authorization = null;
    int bodyBytes = -1;
    int hosts = 0;
    for (int i = 1; i < lines.length; i++) {
      final int colon = lines[i].indexOf(':');
      final String name = colon < 0 ? "" : lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
      if (name.isEmpty() || name.indexOf(' ') >= 0 || name.indexOf('\t') >= 0) {
        return refused(400, "A header line is not a name, a colon and a value.");
      }
      final String value = lines[i].substring(colon + 1).strip();
      switch (name) {
        case "host" -> hosts++;
        case "accept" -> accept = accept == null ? value : accept + "," + value;
        case "authorization" -> authorization = value;
        case "transfer-encoding" -> {
          return post
              ? refused(411, "The request needs a Content-Length.")
              : refused(400, "A request to this port has no body.");
        }
        case "content-length" -> {
          if (!post && !value.equals("0")) {
            return refused(400, "A request to this port has no body.");
          }
          if (post && (bodyBytes >= 0 || !isLength(value))) {
            return refused(400, "The Content-Length is not one whole number.");
          }
          bodyBytes = (int) Math.min(Long.parseLong(value), Integer.MAX_VALUE);
        }
        default -> {}
      }
    }
    if (hosts > 1 || needsHost && hosts == 0) {
      return refused(400, "The request needs one Host header.");
    }
    final boolean head = method.equals("HEAD");
    return new MetricsRequest(0, "", head, path, accept, post, authorization, bodyBytes);
  }

  /** Eighteen digits are more than any body has, and fit into a long. */
  private static boolean isLength(final String value) {
    return value.length() <= 18
        && !value.isEmpty()
        && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A bare CR or LF is one as well: lines end with both. */
  private static boolean hasControlCharacter(final String line) {
    for (int i = 0; i < line.length(); i++) {
      final char c = line.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        return true;
      }
    }
    return false;
  }
}
