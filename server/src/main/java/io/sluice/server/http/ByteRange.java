package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * A single byte range, RFC 9110 section 14.1.2: {@code bytes=a-b}, {@code bytes=a-} or {@code
 * bytes=-n}. A flyweight.
 *
 * <p>RFC 9110 section 14.2 lets a server ignore a Range field, and has it ignore one with an
 * unknown unit or that is malformed: every kind but {@link #VALID} is answered with the whole
 * representation and status 200. A valid range that {@link #resolve} finds unsatisfiable is
 * answered with 416.
 *
 * <p>Numbers too large for a long saturate: as a first position they lie beyond any blob, as a last
 * position or a suffix length they mean its end or all of it.
 */
public final class ByteRange {
  /** There is no Range field. */
  public static final int NONE = 0;

  /** One well-formed range; {@link #resolve} says whether it can be satisfied. */
  public static final int VALID = 1;

  /** Several ranges; they are legal, this server ignores them. */
  public static final int MULTI = 2;

  /** An unknown unit, no number where one is needed, or a last position before the first. */
  public static final int MALFORMED = 3;

  private static final byte[] UNIT = Octets.ascii("bytes=");
  private static final long ABSENT = -1;

  private int kind;
  private long from;
  private long to;
  private long first;
  private long last;

  /** Creates an empty range of kind {@link #NONE}. */
  public ByteRange() {
    clear();
  }

  /** Forgets the range; the kind is then {@link #NONE}. */
  public void clear() {
    kind = NONE;
    from = ABSENT;
    to = ABSENT;
    first = 0;
    last = -1;
  }

  /**
   * Parses the value of a Range field.
   *
   * @param memory the memory that holds the value.
   * @param offset the offset of the value.
   * @param length the length of the value in bytes, without blanks around it.
   * @return the kind: {@link #VALID}, {@link #MULTI} or {@link #MALFORMED}.
   */
  public int parse(MemorySegment memory, long offset, int length) {
    clear();
    kind = MALFORMED;
    if (!Octets.startsWithIgnoreCase(memory, offset, length, UNIT)) {
      return kind;
    }
    boolean several = false;
    int start = UNIT.length;
    for (int i = start; i <= length; i++) {
      if (i == length || Octets.at(memory, offset + i) == ',') {
        several |= i < length;
        if (!parseSpec(memory, offset, start, i, several)) {
          clear();
          kind = MALFORMED;
          return kind;
        }
        start = i + 1;
      }
    }
    if (several) {
      clear();
      kind = MULTI;
    } else {
      kind = VALID;
    }
    return kind;
  }

  /** Parses one element of the list; only in a list may it be empty or have blanks around it. */
  private boolean parseSpec(MemorySegment memory, long offset, int start, int end, boolean list) {
    int begin = start;
    int stop = end;
    while (list && begin < stop && Octets.isBlank(Octets.at(memory, offset + begin))) {
      begin++;
    }
    while (list && begin < stop && Octets.isBlank(Octets.at(memory, offset + stop - 1))) {
      stop--;
    }
    if (list && begin == stop) {
      return true;
    }
    int dash = begin;
    while (dash < stop && Octets.at(memory, offset + dash) != '-') {
      dash++;
    }
    if (dash == stop) {
      return false;
    }
    boolean hasFrom = dash > begin;
    boolean hasTo = dash + 1 < stop;
    from = hasFrom ? Octets.decimal(memory, offset + begin, dash - begin) : ABSENT;
    to = hasTo ? Octets.decimal(memory, offset + dash + 1, stop - dash - 1) : ABSENT;
    if ((hasFrom && from < 0) || (hasTo && to < 0) || !(hasFrom || hasTo)) {
      return false;
    }
    return !(hasFrom && hasTo) || to >= from;
  }

  /** What was parsed: {@link #NONE}, {@link #VALID}, {@link #MULTI} or {@link #MALFORMED}. */
  public int kind() {
    return kind;
  }

  /**
   * Applies a {@link #VALID} range to a representation; afterwards {@link #first}, {@link #last}
   * and {@link #length} say which bytes to send.
   *
   * @param size the size of the whole representation in bytes, 0 or more.
   * @return true when at least one byte can be sent; false means status 416, as it always does for
   *     an empty representation, since Content-Range cannot express an empty range. Also false when
   *     the kind is not {@link #VALID}.
   */
  public boolean resolve(long size) {
    first = 0;
    last = -1;
    if (kind != VALID || size <= 0) {
      return false;
    }
    if (from == ABSENT) {
      if (to == 0) {
        return false;
      }
      first = to >= size ? 0 : size - to;
      last = size - 1;
      return true;
    }
    if (from >= size) {
      return false;
    }
    first = from;
    last = to == ABSENT || to >= size ? size - 1 : to;
    return true;
  }

  /** The position of the first byte to send, after {@link #resolve} returned true. */
  public long first() {
    return first;
  }

  /** The position of the last byte to send, inclusive, after {@link #resolve} returned true. */
  public long last() {
    return last;
  }

  /** The number of bytes to send, after {@link #resolve} returned true; otherwise 0. */
  public long length() {
    return last - first + 1;
  }
}
