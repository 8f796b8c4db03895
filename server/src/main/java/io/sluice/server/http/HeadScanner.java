package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * Finds the end of a message's head as its bytes arrive, RFC 9112 section 2.
 *
 * <p>Stateless: what an earlier call saw is told by the {@code scanned} argument, so a connection
 * that waits for the rest of a head costs four bytes. The result does not depend on how the bytes
 * were split.
 */
public final class HeadScanner {
  private HeadScanner() {}

  /**
   * Scans the bytes that arrived since the last call. No byte is looked at twice, except for the
   * last three of the earlier ones. One empty line before the head is tolerated (RFC 9112 section
   * 2.2) and counts as part of it.
   *
   * @param memory the memory that holds the bytes.
   * @param start the offset of the first byte of the head.
   * @param length the number of bytes received from {@code start} on; may reach beyond the head.
   * @param scanned the {@code length} of the last call for the same head that returned 0; 0 at
   *     first.
   * @return the length of the head with its blank line when it is complete; 0 when more bytes are
   *     needed; a negative {@link HttpError} when no further bytes can make it valid.
   */
  public static int scan(MemorySegment memory, long start, int length, int scanned) {
    int end = Math.min(length, HttpLimits.HEAD_LENGTH_MAX);
    int before = scanned > 0 ? Octets.at(memory, start + scanned - 1) : -1;
    for (int i = scanned; i < end; i++) {
      int octet = Octets.at(memory, start + i);
      if (octet == '\n') {
        if (before != '\r') {
          return HttpError.BARE_LINE_FEED;
        }
        if (i >= 3 && Octets.at(memory, start + i - 2) == '\n') {
          return i + 1;
        }
      } else if (before == '\r') {
        return HttpError.BARE_CARRIAGE_RETURN;
      } else if (isFirst(memory, start, i)) {
        if (!Octets.is(octet, Octets.TOKEN) && !(octet == '\r' && i == 0)) {
          return octet == 0 ? HttpError.NUL : HttpError.FIRST_OCTET;
        }
      } else if (octet != '\r' && !Octets.is(octet, Octets.FIELD)) {
        return octet == 0 ? HttpError.NUL : HttpError.CONTROL_CHARACTER;
      }
      before = octet;
    }
    return length >= HttpLimits.HEAD_LENGTH_MAX ? HttpError.HEAD_TOO_LONG : 0;
  }

  /** Whether the octet is the first one, or the first one after a leading empty line. */
  private static boolean isFirst(MemorySegment memory, long start, int index) {
    return index == 0 || (index == 2 && Octets.at(memory, start) == '\r');
  }
}
