package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Classes of octets of RFC 9110 and RFC 3986, and comparisons of runs of octets in memory. */
final class Octets {
  /** {@code tchar}, RFC 9110 section 5.6.2. */
  static final int TOKEN = 1;

  /** {@code field-vchar}, space and tab, RFC 9110 section 5.5. */
  static final int FIELD = 2;

  /** Octets of a URI without its fragment, RFC 3986 section 2. */
  static final int TARGET = 4;

  /** {@code unreserved} and {@code sub-delims}: the octets of a registered name, less "%". */
  static final int HOST = 8;

  /** {@code etagc}, RFC 9110 section 8.8.3. */
  static final int ENTITY_TAG = 16;

  /** Lowercase letters and digits. */
  static final int LOWER_ALPHANUMERIC = 32;

  /** Letters and digits. */
  static final int ALPHANUMERIC = 64;

  private static final byte[] CLASSES = classes();

  private Octets() {}

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int octet = 0; octet < 256; octet++) {
      boolean lower = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
      boolean alphanumeric = lower || (octet >= 'A' && octet <= 'Z');
      int set = lower ? LOWER_ALPHANUMERIC : 0;
      if (alphanumeric) {
        set |= ALPHANUMERIC;
      }
      if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0) {
        set |= TOKEN;
      }
      if (octet == '\t' || (octet >= ' ' && octet != 0x7f)) {
        set |= FIELD;
      }
      if (alphanumeric || "-._~!$&'()*+,;=%:/?@[]".indexOf(octet) >= 0) {
        set |= TARGET;
      }
      if (alphanumeric || "-._~!$&'()*+,;=".indexOf(octet) >= 0) {
        set |= HOST;
      }
      if (octet > ' ' && octet != '"' && octet != 0x7f) {
        set |= ENTITY_TAG;
      }
      classes[octet] = (byte) set;
    }
    return classes;
  }

  /** The ASCII bytes of a constant; for initialisers. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static int at(MemorySegment memory, long offset) {
    return memory.get(JAVA_BYTE, offset) & 0xff;
  }

  /** Whether a line ends here; reads the second octet only when the first is a carriage return. */
  static boolean isCrLf(MemorySegment memory, long offset) {
    return at(memory, offset) == '\r' && at(memory, offset + 1) == '\n';
  }

  static boolean is(int octet, int octetClass) {
    return (CLASSES[octet] & octetClass) != 0;
  }

  static boolean isDigit(int octet) {
    return octet >= '0' && octet <= '9';
  }

  static boolean isBlank(int octet) {
    return octet == ' ' || octet == '\t';
  }

  static int lower(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hexValue(int octet) {
    if (isDigit(octet)) {
      return octet - '0';
    }
    int lower = lower(octet);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** Whether every octet of the run is in the class; true for an empty run. */
  static boolean all(MemorySegment memory, long offset, int length, int octetClass) {
    for (int i = 0; i < length; i++) {
      if (!is(at(memory, offset + i), octetClass)) {
        return false;
      }
    }
    return true;
  }

  static boolean equals(MemorySegment memory, long offset, int length, byte[] text) {
    if (length != text.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (memory.get(JAVA_BYTE, offset + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #equals} without regard to ASCII case; {@code lowerText} must be lowercase. */
  static boolean equalsIgnoreCase(MemorySegment memory, long offset, int length, byte[] lowerText) {
    if (length != lowerText.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(at(memory, offset + i)) != lowerText[i]) {
        return false;
      }
    }
    return true;
  }

  static boolean startsWithIgnoreCase(
      MemorySegment memory, long offset, int length, byte[] lowerText) {
    return length >= lowerText.length
        && equalsIgnoreCase(memory, offset, lowerText.length, lowerText);
  }

  /**
   * A decimal number of one or more digits and nothing else.
   *
   * @return the number, {@link Long#MAX_VALUE} when it is that or more, -1 when it is no number.
   */
  static long decimal(MemorySegment memory, long offset, int length) {
    if (length == 0) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      int octet = at(memory, offset + i);
      if (!isDigit(octet)) {
        return -1;
      }
      int digit = octet - '0';
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return value;
  }
}
