package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * A Content-Range field in bytes, RFC 9110 section 14.4: {@code bytes first-last/size}, with an
 * asterisk for an unknown size, or for the positions in a 416. A flyweight.
 */
public final class ContentRange {
  private static final byte[] UNIT = Octets.ascii("bytes ");

  private boolean present;
  private long first;
  private long last;
  private long size;

  ContentRange() {
    clear();
  }

  void clear() {
    present = false;
    first = -1;
    last = -1;
    size = -1;
  }

  /** Parses the field's value; false, and not present, when it is malformed or not in bytes. */
  boolean parse(MemorySegment memory, long offset, int length) {
    clear();
    present =
        Octets.startsWithIgnoreCase(memory, offset, length, UNIT)
            && parseAfterUnit(memory, offset + UNIT.length, offset + length);
    if (!present) {
      clear();
    }
    return present;
  }

  private boolean parseAfterUnit(MemorySegment memory, long start, long end) {
    long slash = indexOf(memory, start, end, '/');
    if (slash == end) {
      return false;
    }
    boolean sizeUnknown = isAsterisk(memory, slash + 1, end);
    size = sizeUnknown ? -1 : Octets.decimal(memory, slash + 1, (int) (end - slash - 1));
    if (!sizeUnknown && (size < 0 || size == Long.MAX_VALUE)) {
      return false;
    }
    if (isAsterisk(memory, start, slash)) {
      return !sizeUnknown;
    }
    long dash = indexOf(memory, start, slash, '-');
    if (dash == slash) {
      return false;
    }
    first = Octets.decimal(memory, start, (int) (dash - start));
    last = Octets.decimal(memory, dash + 1, (int) (slash - dash - 1));
    return first >= 0 && last >= first && last < Long.MAX_VALUE && (sizeUnknown || last < size);
  }

  private static boolean isAsterisk(MemorySegment memory, long start, long end) {
    return end - start == 1 && Octets.at(memory, start) == '*';
  }

  private static long indexOf(MemorySegment memory, long start, long end, int octet) {
    long position = start;
    while (position < end && Octets.at(memory, position) != octet) {
      position++;
    }
    return position;
  }

  /** Whether the response has such a field. */
  public boolean isPresent() {
    return present;
  }

  /** The position of the first byte; -1 when absent or an asterisk. */
  public long first() {
    return first;
  }

  /** The position of the last byte, inclusive; -1 when absent or an asterisk. */
  public long last() {
    return last;
  }

  /** The size of the whole representation; -1 when absent or an asterisk. */
  public long size() {
    return size;
  }
}
