package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/** One header field line of a head, RFC 9112 section 5, as offsets. A flyweight. */
final class FieldLine {
  long nameOffset;
  int nameLength;
  long valueOffset;
  int valueLength;

  /** The offset behind the line's CR LF. */
  long end;

  /**
   * Parses the line at {@code offset}. Its value is taken without the blanks around it.
   *
   * @param limit the offset behind the last byte that may be read.
   * @return null, or the sentence that says what is wrong.
   */
  String parse(MemorySegment memory, long offset, long limit) {
    long position = offset;
    while (position < limit && Octets.is(Octets.at(memory, position), Octets.TOKEN)) {
      position++;
    }
    nameOffset = offset;
    nameLength = (int) (position - offset);
    if (position == limit || Octets.at(memory, position) != ':') {
      return nameProblem(memory, position, limit);
    }
    position++;
    long from = position;
    while (position < limit && Octets.is(Octets.at(memory, position), Octets.FIELD)) {
      position++;
    }
    if (limit - position < 2 || !Octets.isCrLf(memory, position)) {
      return "a header field's value contains a control character; send visible characters";
    }
    end = position + 2;
    trim(memory, from, position);
    return nameLength == 0 ? "a header field has no name" : null;
  }

  private String nameProblem(MemorySegment memory, long position, long limit) {
    if (position < limit && Octets.isBlank(Octets.at(memory, position))) {
      return nameLength == 0
          ? "a header line begins with a blank; folded lines are obsolete, send one line per field"
          : "there is a blank between a header field's name and its colon; remove it";
    }
    return "a header field's name is not a token followed by a colon";
  }

  private void trim(MemorySegment memory, long from, long to) {
    long first = from;
    long last = to;
    while (first < last && Octets.isBlank(Octets.at(memory, first))) {
      first++;
    }
    while (first < last && Octets.isBlank(Octets.at(memory, last - 1))) {
      last--;
    }
    valueOffset = first;
    valueLength = (int) (last - first);
  }

  boolean hasName(MemorySegment memory, byte[] lowerName) {
    return Octets.equalsIgnoreCase(memory, nameOffset, nameLength, lowerName);
  }

  boolean hasValue(MemorySegment memory, byte[] value) {
    return Octets.equals(memory, valueOffset, valueLength, value);
  }

  boolean hasValueIgnoreCase(MemorySegment memory, byte[] lowerValue) {
    return Octets.equalsIgnoreCase(memory, valueOffset, valueLength, lowerValue);
  }

  /** Whether the value is a list of tokens, RFC 9110 section 5.6.1; empty elements are legal. */
  boolean isTokenList(MemorySegment memory) {
    boolean inToken = false;
    boolean needsComma = false;
    for (int i = 0; i < valueLength; i++) {
      int octet = Octets.at(memory, valueOffset + i);
      if (octet == ',') {
        inToken = false;
        needsComma = false;
      } else if (Octets.isBlank(octet)) {
        needsComma |= inToken;
        inToken = false;
      } else if (needsComma || !Octets.is(octet, Octets.TOKEN)) {
        return false;
      } else {
        inToken = true;
      }
    }
    return true;
  }

  /** Whether the value, a list of tokens, contains the token, without regard to case. */
  boolean hasListToken(MemorySegment memory, byte[] lowerToken) {
    int from = 0;
    while (from < valueLength) {
      int octet = Octets.at(memory, valueOffset + from);
      int to = from;
      while (to < valueLength && Octets.is(Octets.at(memory, valueOffset + to), Octets.TOKEN)) {
        to++;
      }
      if (Octets.equalsIgnoreCase(memory, valueOffset + from, to - from, lowerToken)) {
        return true;
      }
      from = Octets.is(octet, Octets.TOKEN) ? to : from + 1;
    }
    return false;
  }
}
