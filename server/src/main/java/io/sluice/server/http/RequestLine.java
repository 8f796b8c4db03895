package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * The first line of a request, RFC 9112 section 3: method, target and version, separated by exactly
 * one space each, as offsets into the memory it was received in. A flyweight; {@link RequestHead}
 * shows what it finds.
 */
final class RequestLine {
  private static final byte[] GET = Octets.ascii("GET");
  private static final byte[] HEAD = Octets.ascii("HEAD");

  int method;
  int minorVersion;
  long targetOffset;
  int targetLength;

  /** Why {@link #parse} refused the line, a constant sentence; null when it did not. */
  String problem;

  void clear() {
    method = RequestHead.METHOD_OTHER;
    minorVersion = 0;
    targetOffset = 0;
    targetLength = 0;
    problem = null;
  }

  /**
   * Parses a line.
   *
   * @param end where its carriage return stands
   * @return 0, or the status to answer with
   */
  int parse(MemorySegment memory, long start, long end) {
    long methodEnd = endOf(memory, start, end, Octets.TOKEN);
    if (methodEnd == start || methodEnd == end || Octets.at(memory, methodEnd) != ' ') {
      return fail(400, "the request line does not begin with a method and one space");
    }
    targetOffset = methodEnd + 1;
    long targetEnd = endOf(memory, targetOffset, end, Octets.TARGET);
    if (targetEnd - targetOffset > HttpLimits.TARGET_LENGTH_MAX) {
      return fail(
          414,
          "the request target is longer than "
              + HttpLimits.TARGET_LENGTH_MAX
              + " bytes; send a shorter one");
    }
    targetLength = (int) (targetEnd - targetOffset);
    if (targetLength == 0 || targetEnd == end || Octets.at(memory, targetEnd) != ' ') {
      return fail(
          400, "the request target is empty or holds a character that URIs cannot; escape it");
    }
    method = methodOf(memory, start, (int) (methodEnd - start));
    return parseVersion(memory, targetEnd + 1, (int) (end - targetEnd - 1));
  }

  private static int methodOf(MemorySegment memory, long offset, int length) {
    if (Octets.equals(memory, offset, length, GET)) {
      return RequestHead.METHOD_GET;
    }
    return Octets.equals(memory, offset, length, HEAD)
        ? RequestHead.METHOD_HEAD
        : RequestHead.METHOD_OTHER;
  }

  private int parseVersion(MemorySegment memory, long offset, int length) {
    int version = HttpVersion.parse(memory, offset, length);
    if (version == HttpVersion.MALFORMED) {
      return fail(400, "the request line does not end with an HTTP version");
    }
    if (version != HttpVersion.HTTP_1_0 && version != HttpVersion.HTTP_1_1) {
      return fail(505, "this server speaks HTTP/1.1 and HTTP/1.0 only");
    }
    minorVersion = version == HttpVersion.HTTP_1_1 ? 1 : 0;
    return 0;
  }

  private static long endOf(MemorySegment memory, long start, long end, int octetClass) {
    long position = start;
    while (position < end && Octets.is(Octets.at(memory, position), octetClass)) {
      position++;
    }
    return position;
  }

  private int fail(int status, String sentence) {
    problem = sentence;
    return status;
  }
}
