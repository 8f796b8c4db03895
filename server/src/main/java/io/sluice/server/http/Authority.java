package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/** The host and optional port of RFC 3986 section 3.2, without user information. */
final class Authority {
  private static final int PORT_DIGITS_MAX = 5;

  private Authority() {}

  /** Whether the text is {@code uri-host [":" port]}, as in a Host field; the host may be empty. */
  static boolean isValid(MemorySegment memory, long offset, int length) {
    int end = hostLiteralLength(memory, offset, length);
    if (end == 0) {
      while (end < length && isRegisteredName(memory, offset, length, end)) {
        end++;
      }
    }
    return end >= 0 && isPortSuffix(memory, offset + end, length - end, 0);
  }

  /**
   * Whether the text is a registry's host as OCI references have it: labels of letters, digits and
   * inner dashes joined by dots, or an IPv6 address in brackets; then optionally a port.
   */
  static boolean isRegistry(MemorySegment memory, long offset, int length) {
    if (length == 0 || length > HttpLimits.NAMESPACE_LENGTH_MAX) {
      return false;
    }
    int end = hostLiteralLength(memory, offset, length);
    if (end == 0) {
      end = labelsLength(memory, offset, length);
    }
    return end > 0 && isPortSuffix(memory, offset + end, length - end, 1);
  }

  private static boolean isRegisteredName(MemorySegment memory, long offset, int length, int at) {
    int octet = Octets.at(memory, offset + at);
    if (octet == '%') {
      return length - at > 2
          && Octets.hexValue(Octets.at(memory, offset + at + 1)) >= 0
          && Octets.hexValue(Octets.at(memory, offset + at + 2)) >= 0;
    }
    return Octets.is(octet, Octets.HOST);
  }

  /** The length of the labels at the start of the text, or -1 when they are not well formed. */
  private static int labelsLength(MemorySegment memory, long offset, int length) {
    int before = '.';
    int i = 0;
    for (; i < length; i++) {
      int octet = Octets.at(memory, offset + i);
      if (octet == ':') {
        break;
      }
      boolean joins = octet == '.' || octet == '-';
      if (!joins && !Octets.is(octet, Octets.ALPHANUMERIC)) {
        return -1;
      }
      // A dash may be followed by a dash; nothing else may begin or end a label but a letter or
      // digit.
      if ((octet == '.' && (before == '.' || before == '-')) || (octet == '-' && before == '.')) {
        return -1;
      }
      before = octet;
    }
    return before == '.' || before == '-' ? -1 : i;
  }

  /** The length of an IPv6 address in brackets; 0 when there is none, -1 when it is malformed. */
  private static int hostLiteralLength(MemorySegment memory, long offset, int length) {
    if (length == 0 || Octets.at(memory, offset) != '[') {
      return 0;
    }
    int colons = 0;
    for (int i = 1; i < length; i++) {
      int octet = Octets.at(memory, offset + i);
      if (octet == ']') {
        return colons >= 2 ? i + 1 : -1;
      }
      if (octet == ':') {
        colons++;
      } else if (octet != '.' && Octets.hexValue(octet) < 0) {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isPortSuffix(
      MemorySegment memory, long offset, int length, int digitsMin) {
    if (length == 0) {
      return true;
    }
    int digits = length - 1;
    if (Octets.at(memory, offset) != ':' || digits < digitsMin || digits > PORT_DIGITS_MAX) {
      return false;
    }
    return digits == 0 || Octets.decimal(memory, offset + 1, digits) >= 0;
  }
}
