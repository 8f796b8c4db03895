package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Decodes percent-escapes, RFC 3986 section 2.1, in place. Escapes that are incomplete, or of
 * control characters or octets beyond ASCII, are refused: nothing a registry names needs them.
 */
final class PercentEscapes {
  private PercentEscapes() {}

  /**
   * Decodes a path; escaped slashes and backslashes are refused too. Returns as {@link #decode}.
   */
  static int decodePath(MemorySegment memory, long offset, int length) {
    return decode(memory, offset, length, true);
  }

  /**
   * Decodes a part of a query.
   *
   * @return the length of the decoded text, which begins at {@code offset}; -1 when it is refused.
   */
  static int decode(MemorySegment memory, long offset, int length) {
    return decode(memory, offset, length, false);
  }

  private static int decode(MemorySegment memory, long offset, int length, boolean path) {
    int read = 0;
    while (read < length && Octets.at(memory, offset + read) != '%') {
      read++;
    }
    int written = read;
    while (read < length) {
      int octet = Octets.at(memory, offset + read);
      read++;
      if (octet == '%') {
        octet = read + 2 <= length ? escaped(memory, offset + read) : -1;
        read += 2;
        boolean forbidden = path && (octet == '/' || octet == '\\');
        if (octet < ' ' || octet >= 0x7f || forbidden) {
          return -1;
        }
      }
      memory.set(JAVA_BYTE, offset + written, (byte) octet);
      written++;
    }
    return written;
  }

  /** The octet of the two hexadecimal digits, or a negative number. */
  private static int escaped(MemorySegment memory, long offset) {
    int high = Octets.hexValue(Octets.at(memory, offset));
    int low = Octets.hexValue(Octets.at(memory, offset + 1));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
