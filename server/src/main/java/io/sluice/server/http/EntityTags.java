package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * Evaluates If-None-Match and If-Range against a digest, whose entity tag is the digest in quotes,
 * RFC 9110 sections 8.8.3 and 13.1.
 */
public final class EntityTags {
  private EntityTags() {}

  /**
   * Evaluates an If-None-Match field by weak comparison.
   *
   * @param memory the memory that holds the field's value.
   * @param offset the offset of the value.
   * @param length the length of the value in bytes; 0 when there is no such field.
   * @param digest the digest of the current representation.
   * @return whether it is listed, or the value is {@code *}: answer with 304. A malformed value
   *     lists nothing.
   */
  public static boolean matches(MemorySegment memory, long offset, int length, DigestKey digest) {
    if (length == 1 && Octets.at(memory, offset) == '*') {
      return true;
    }
    boolean found = false;
    boolean needsComma = false;
    int position = 0;
    while (position < length) {
      int octet = Octets.at(memory, offset + position);
      if (octet == ',' || Octets.isBlank(octet)) {
        needsComma &= octet != ',';
        position++;
        continue;
      }
      int opening = openingQuote(memory, offset, position, length);
      int closing = closingQuote(memory, offset, opening, length);
      if (needsComma || closing < 0) {
        return false;
      }
      found |= digest.equalsText(memory, offset + opening + 1, closing - opening - 1);
      needsComma = true;
      position = closing + 1;
    }
    return found;
  }

  /**
   * Evaluates an If-Range field by strong comparison.
   *
   * @param memory the memory that holds the field's value.
   * @param offset the offset of the value.
   * @param length the length of the value in bytes; 0 when there is no such field.
   * @param digest the digest of the current representation.
   * @return whether a Range field is to be heeded: there is no If-Range, or it is exactly the
   *     digest's strong entity tag. A date never matches, since blobs have none.
   */
  public static boolean allowsRange(
      MemorySegment memory, long offset, int length, DigestKey digest) {
    if (length == 0) {
      return true;
    }
    return length > 2
        && Octets.at(memory, offset) == '"'
        && Octets.at(memory, offset + length - 1) == '"'
        && digest.equalsText(memory, offset + 1, length - 2);
  }

  /**
   * The range of a request that is to be heeded.
   *
   * @param memory the memory that holds the request.
   * @param head the head of the request.
   * @param digest the digest of the current representation.
   * @return the range, which may not be satisfiable; null when all of it is to be sent.
   */
  public static ByteRange heededRange(MemorySegment memory, RequestHead head, DigestKey digest) {
    boolean heeded =
        head.range().kind() == ByteRange.VALID
            && allowsRange(memory, head.ifRangeOffset(), head.ifRangeLength(), digest);
    return heeded ? head.range() : null;
  }

  /** The index of the quote that opens the tag at {@code position}, or -1. */
  private static int openingQuote(MemorySegment memory, long offset, int position, int length) {
    int quote = position;
    if (length - position > 2
        && Octets.at(memory, offset + position) == 'W'
        && Octets.at(memory, offset + position + 1) == '/') {
      quote += 2;
    }
    return Octets.at(memory, offset + quote) == '"' ? quote : -1;
  }

  private static int closingQuote(MemorySegment memory, long offset, int opening, int length) {
    if (opening < 0) {
      return -1;
    }
    int quote = opening + 1;
    while (quote < length && Octets.is(Octets.at(memory, offset + quote), Octets.ENTITY_TAG)) {
      quote++;
    }
    return quote < length && Octets.at(memory, offset + quote) == '"' ? quote : -1;
  }
}
