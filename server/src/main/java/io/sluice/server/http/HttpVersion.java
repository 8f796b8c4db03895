package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/** The version of a request line or status line, RFC 9112 section 2.3. */
final class HttpVersion {
  static final int HTTP_1_0 = 10;
  static final int HTTP_1_1 = 11;
  static final int MALFORMED = -1;

  /** The length of {@code HTTP/1.1} in bytes. */
  static final int LENGTH = 8;

  private static final byte[] PREFIX = Octets.ascii("HTTP/");

  private HttpVersion() {}

  /** The major version times ten plus the minor one, or {@link #MALFORMED}. */
  static int parse(MemorySegment memory, long offset, int length) {
    if (length != LENGTH || !Octets.equals(memory, offset, PREFIX.length, PREFIX)) {
      return MALFORMED;
    }
    int major = Octets.at(memory, offset + 5);
    int minor = Octets.at(memory, offset + 7);
    if (!Octets.isDigit(major) || Octets.at(memory, offset + 6) != '.' || !Octets.isDigit(minor)) {
      return MALFORMED;
    }
    return (major - '0') * 10 + minor - '0';
  }
}
