package io.sluice.perf.load;

import java.io.IOException;
import java.util.Locale;

/**
 * The part of a response's head that a load generator needs, RFC 9112.
 *
 * @param status the status code
 * @param contentLengthBytes the body's length
 * @param keepAlive whether another request may follow on this connection
 */
record ResponseHead(int status, long contentLengthBytes, boolean keepAlive) {
  private static final int STATUS_OFFSET = "HTTP/1.1 ".length();

  /**
   * Parses a head.
   *
   * @param text the head, with or without the empty line at its end
   * @return the head
   * @throws IOException when it is no HTTP/1.1 head or has no Content-Length
   */
  static ResponseHead parse(String text) throws IOException {
    String[] lines = text.split("\r\n");
    int status = status(lines[0]);
    long length = -1;
    boolean keepAlive = true;
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 0) {
        throw new IOException(
            "the server answered with a header line without a colon: " + lines[i]);
      }
      String value = lines[i].substring(colon + 1).trim();
      switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = number(value);
        case "connection" -> keepAlive = !value.equalsIgnoreCase("close");
        default -> {}
      }
    }
    if (length < 0) {
      throw new IOException("the server answered " + status + " without Content-Length");
    }
    return new ResponseHead(status, length, keepAlive);
  }

  private static int status(String line) throws IOException {
    if (!line.startsWith("HTTP/1.1 ") || line.length() < STATUS_OFFSET + 3) {
      throw new IOException("the server answered something other than HTTP/1.1: " + line);
    }
    return (int) number(line.substring(STATUS_OFFSET, STATUS_OFFSET + 3));
  }

  private static long number(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("the server answered '" + text + "' where a number was expected", e);
    }
  }
}
