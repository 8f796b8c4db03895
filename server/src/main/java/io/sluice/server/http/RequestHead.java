package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * The head of a request, RFC 9112 sections 2 to 6, as offsets into the memory it was received in. A
 * flyweight: each {@link #parse} replaces what the one before found.
 *
 * <p>This server reads no request bodies: a GET or HEAD that announces one is refused, and a
 * request with another method, which may have one, is never kept alive. After an error the
 * connection must be closed once the answer is sent.
 *
 * <p>Fields that must occur once (Host, Content-Length, Range, If-Range, Authorization) are refused
 * when repeated. If-None-Match is a list and may be repeated; it is then ignored, which is answered
 * with the full representation and so is never wrong.
 */
public final class RequestHead {
  /** Any method that is neither GET nor HEAD. */
  public static final int METHOD_OTHER = 0;

  /** GET. */
  public static final int METHOD_GET = 1;

  /** HEAD. */
  public static final int METHOD_HEAD = 2;

  private static final byte[] TRUE = Octets.ascii("true");
  private static final byte[] CONTINUE = Octets.ascii("100-continue");
  private static final byte[] CHUNKED = Octets.ascii("chunked");

  private final RequestLine requestLine = new RequestLine();
  private final FieldLine line = new FieldLine();
  private final ConnectionOptions connection = new ConnectionOptions();
  private final ByteRange range = new ByteRange();
  private long rangeOffset;
  private int rangeLength;

  private String problem;
  private long contentLength;
  private boolean hostSeen;
  private boolean mirrored;
  private boolean expectContinue;
  private long ifNoneMatchOffset;
  private int ifNoneMatchLength;
  private int ifNoneMatchCount;
  private long ifRangeOffset;
  private int ifRangeLength;
  private long authorizationOffset;
  private int authorizationLength;
  private long acceptOffset;
  private int acceptLength;
  private int acceptCount;

  /** Creates a flyweight without a request. */
  public RequestHead() {
    clear();
  }

  private void clear() {
    problem = null;
    requestLine.clear();
    contentLength = -1;
    hostSeen = false;
    connection.clear();
    mirrored = false;
    expectContinue = false;
    ifNoneMatchOffset = 0;
    ifNoneMatchLength = 0;
    ifNoneMatchCount = 0;
    ifRangeOffset = 0;
    ifRangeLength = 0;
    authorizationOffset = 0;
    authorizationLength = 0;
    acceptOffset = 0;
    acceptLength = 0;
    acceptCount = 0;
    range.clear();
    rangeOffset = 0;
    rangeLength = 0;
  }

  /**
   * Parses a complete head.
   *
   * @param memory the memory that holds the head; it is read within the head only.
   * @param start the offset of the head.
   * @param headLength its length as {@link HeadScanner#scan} returned it.
   * @return 0, or the status to answer with: 400, 414, 431, 501 or 505; {@link #problem} then says
   *     why.
   */
  public int parse(MemorySegment memory, long start, int headLength) {
    clear();
    long limit = start + headLength;
    if (headLength < 4 || !Octets.isCrLf(memory, limit - 4) || !Octets.isCrLf(memory, limit - 2)) {
      return fail(400, "the request head does not end with a blank line");
    }
    long position = Octets.isCrLf(memory, start) ? start + 2 : start;
    long requestLineEnd = position;
    while (Octets.at(memory, requestLineEnd) != '\r') {
      requestLineEnd++;
    }
    if (!Octets.isCrLf(memory, requestLineEnd)) {
      return fail(400, HttpError.problem(HttpError.BARE_CARRIAGE_RETURN));
    }
    int status = requestLine.parse(memory, position, requestLineEnd);
    return status != 0
        ? fail(status, requestLine.problem)
        : parseFields(memory, requestLineEnd + 2, limit - 2);
  }

  private int parseFields(MemorySegment memory, long start, long end) {
    long position = start;
    int count = 0;
    while (position < end) {
      String malformed = line.parse(memory, position, end);
      if (malformed != null) {
        return fail(400, malformed);
      }
      count++;
      if (count > HttpLimits.HEADER_COUNT_MAX) {
        return fail(
            431,
            "the request has more than "
                + HttpLimits.HEADER_COUNT_MAX
                + " header fields; send fewer");
      }
      int status = parseField(memory);
      if (status != 0) {
        return status;
      }
      position = line.end;
    }
    return checkFields();
  }

  private int checkFields() {
    if (requestLine.minorVersion == 1 && !hostSeen) {
      return fail(400, "an HTTP/1.1 request needs a Host header field");
    }
    if (contentLength > 0 && requestLine.method != METHOD_OTHER) {
      return fail(400, "a GET or HEAD request with a body is not accepted; send no Content-Length");
    }
    if (ifNoneMatchCount > 1) {
      ifNoneMatchOffset = 0;
      ifNoneMatchLength = 0;
    }
    return 0;
  }

  /** Names are told apart by their length first, so that a field costs at most two comparisons. */
  private int parseField(MemorySegment memory) {
    return switch (line.nameLength) {
      case 4 -> line.hasName(memory, HttpHeader.LOWER_HOST) ? parseHost(memory) : 0;
      case 5 -> line.hasName(memory, HttpHeader.LOWER_RANGE) ? parseRange(memory) : 0;
      case 6 -> parseAcceptOrExpect(memory);
      case 8 -> line.hasName(memory, HttpHeader.LOWER_IF_RANGE) ? parseIfRange() : 0;
      case 10 -> line.hasName(memory, HttpHeader.LOWER_CONNECTION) ? parseConnection(memory) : 0;
      case 13 -> parseAuthorizationOrIfNoneMatch(memory);
      case 14 ->
          line.hasName(memory, HttpHeader.LOWER_CONTENT_LENGTH) ? parseContentLength(memory) : 0;
      case 17 -> parseTransferEncodingOrMirrored(memory);
      default -> 0;
    };
  }

  private int parseHost(MemorySegment memory) {
    if (hostSeen) {
      return fail(400, "the request has two Host header fields");
    }
    hostSeen = true;
    if (!Authority.isValid(memory, line.valueOffset, line.valueLength)) {
      return fail(400, "the Host header field is not a host with an optional port");
    }
    return 0;
  }

  private int parseRange(MemorySegment memory) {
    if (hasRange()) {
      return fail(400, "the request has two Range header fields; send one");
    }
    rangeOffset = line.valueOffset;
    rangeLength = line.valueLength;
    range.parse(memory, line.valueOffset, line.valueLength);
    return 0;
  }

  private int parseAcceptOrExpect(MemorySegment memory) {
    if (line.hasName(memory, HttpHeader.LOWER_ACCEPT)) {
      if (acceptCount == 0) {
        acceptOffset = line.valueOffset;
        acceptLength = line.valueLength;
      }
      acceptCount++;
    } else if (line.hasName(memory, HttpHeader.LOWER_EXPECT)) {
      expectContinue |= line.hasValueIgnoreCase(memory, CONTINUE);
    }
    return 0;
  }

  private int parseIfRange() {
    if (ifRangeOffset != 0) {
      return fail(400, "the request has two If-Range header fields; send one");
    }
    ifRangeOffset = line.valueOffset;
    ifRangeLength = line.valueLength;
    return 0;
  }

  private int parseConnection(MemorySegment memory) {
    if (!connection.add(memory, line)) {
      return fail(400, "the Connection header field is not a list of tokens");
    }
    return 0;
  }

  private int parseAuthorizationOrIfNoneMatch(MemorySegment memory) {
    if (line.hasName(memory, HttpHeader.LOWER_AUTHORIZATION)) {
      if (authorizationOffset != 0) {
        return fail(400, "the request has two Authorization header fields; send one");
      }
      authorizationOffset = line.valueOffset;
      authorizationLength = line.valueLength;
    } else if (line.hasName(memory, HttpHeader.LOWER_IF_NONE_MATCH)) {
      ifNoneMatchOffset = line.valueOffset;
      ifNoneMatchLength = line.valueLength;
      ifNoneMatchCount++;
    }
    return 0;
  }

  private int parseContentLength(MemorySegment memory) {
    if (contentLength >= 0) {
      return fail(400, "the request has two Content-Length header fields");
    }
    contentLength = Octets.decimal(memory, line.valueOffset, line.valueLength);
    if (contentLength < 0 || contentLength == Long.MAX_VALUE) {
      return fail(400, "the Content-Length header field is not one number");
    }
    return 0;
  }

  private int parseTransferEncodingOrMirrored(MemorySegment memory) {
    if (line.hasName(memory, HttpHeader.LOWER_TRANSFER_ENCODING)) {
      // RFC 9112 section 6.1: 501 for a coding that is not understood; a chunked body is refused
      // like any other, since a reader that disagrees about where it ends sees another request.
      return line.hasValueIgnoreCase(memory, CHUNKED)
          ? fail(400, "a request with a body is not accepted; send no Transfer-Encoding")
          : fail(501, "the request's transfer coding is not supported; send no Transfer-Encoding");
    }
    if (line.hasName(memory, HttpHeader.LOWER_X_SPEGEL_MIRRORED)) {
      mirrored |= line.hasValue(memory, TRUE);
    }
    return 0;
  }

  private int fail(int status, String sentence) {
    problem = sentence;
    return status;
  }

  /** Why {@link #parse} refused the head, a constant sentence; null when it did not. */
  public String problem() {
    return problem;
  }

  /**
   * {@link #METHOD_GET}, {@link #METHOD_HEAD} or {@link #METHOD_OTHER}; the last is the server's to
   * answer with 405. Also set when an error lies behind the request line.
   */
  public int method() {
    return requestLine.method;
  }

  /** The digit behind {@code HTTP/1.}: 0 or 1. */
  public int minorVersion() {
    return requestLine.minorVersion;
  }

  /**
   * Whether the connection may carry another request, RFC 9112 section 9.3. An HTTP/1.0 client has
   * to be told with {@code Connection: keep-alive} that it does. Never after an error, nor for a
   * method other than GET and HEAD.
   */
  public boolean keepAlive() {
    return problem == null
        && requestLine.method != METHOD_OTHER
        && connection.persist(requestLine.minorVersion);
  }

  /** The offset of the request target in memory. */
  public long targetOffset() {
    return requestLine.targetOffset;
  }

  /** The length of the request target in bytes, at most {@link HttpLimits#TARGET_LENGTH_MAX}. */
  public int targetLength() {
    return requestLine.targetLength;
  }

  /** The Content-Length, or -1 without one. Greater than 0 only for {@link #METHOD_OTHER}. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether there is a Range field of any kind. */
  public boolean hasRange() {
    return range.kind() != ByteRange.NONE;
  }

  /** The Range field; its kind is {@link ByteRange#NONE} without one. Reused by the next parse. */
  public ByteRange range() {
    return range;
  }

  /** The offset of the value of Range in memory; 0 without one. */
  public long rangeOffset() {
    return rangeOffset;
  }

  /** The length of the value of Range in bytes; 0 without one. */
  public int rangeLength() {
    return rangeLength;
  }

  /** The offset of the value of If-None-Match in memory; 0 without one. */
  public long ifNoneMatchOffset() {
    return ifNoneMatchOffset;
  }

  /** The length of the value of If-None-Match in bytes; 0 without one. */
  public int ifNoneMatchLength() {
    return ifNoneMatchLength;
  }

  /** The offset of the value of If-Range in memory; 0 without one. */
  public long ifRangeOffset() {
    return ifRangeOffset;
  }

  /** The length of the value of If-Range in bytes; 0 without one. */
  public int ifRangeLength() {
    return ifRangeLength;
  }

  /** The offset of the value of Authorization in memory; 0 without one. */
  public long authorizationOffset() {
    return authorizationOffset;
  }

  /** The length of the value of Authorization in bytes; 0 without one. */
  public int authorizationLength() {
    return authorizationLength;
  }

  /** The offset of the value of the first Accept in memory; 0 without one. */
  public long acceptOffset() {
    return acceptOffset;
  }

  /** The length of the value of the first Accept in bytes; 0 without one. */
  public int acceptLength() {
    return acceptLength;
  }

  /** How many Accept fields there are; Spegel sends one per media type. */
  public int acceptCount() {
    return acceptCount;
  }

  /** Whether a peer forwarded the request ({@code X-Spegel-Mirrored: true}): do not forward it. */
  public boolean mirrored() {
    return mirrored;
  }

  /**
   * Whether the client waits for a 100 (Continue). RFC 9110 section 10.1.1 lets a server that
   * expects no body leave it out.
   */
  public boolean expectContinue() {
    return expectContinue;
  }
}
