package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * The head of a peer's response, RFC 9112 sections 4 to 6, as offsets into the memory it was
 * received in. A flyweight: each {@link #parse} replaces what the one before found.
 *
 * <p>Registries' peers send bodies with a length, so a transfer coding is an error, and so is every
 * field that decides about the body when it is repeated or malformed: the peer is then not to be
 * used, and its connection to be closed.
 */
public final class PeerResponse {

  private final FieldLine line = new FieldLine();
  private final ConnectionOptions connection = new ConnectionOptions();
  private final DigestKey digest = new DigestKey();
  private final ContentRange contentRange = new ContentRange();

  private String problem;
  private int status;
  private int minorVersion;
  private long contentLength;
  private long contentTypeOffset;
  private int contentTypeLength;
  private long etagOffset;
  private int etagLength;

  /** Creates a flyweight without a response. */
  public PeerResponse() {
    clear();
  }

  private void clear() {
    problem = null;
    status = 0;
    minorVersion = 0;
    contentLength = -1;
    contentTypeOffset = 0;
    contentTypeLength = 0;
    etagOffset = 0;
    etagLength = 0;
    connection.clear();
    digest.clear();
    contentRange.clear();
  }

  /**
   * Parses a complete head.
   *
   * @param memory the memory that holds the head; it is read within the head only.
   * @param start the offset of the head.
   * @param headLength its length as {@link HeadScanner#scan} returned it.
   * @return whether the response can be relied on; {@link #problem} says why not.
   */
  public boolean parse(MemorySegment memory, long start, int headLength) {
    clear();
    long limit = start + headLength;
    if (headLength < 4 || !Octets.isCrLf(memory, limit - 4) || !Octets.isCrLf(memory, limit - 2)) {
      return fail("the response head does not end with a blank line");
    }
    long statusLineEnd = start;
    while (Octets.is(Octets.at(memory, statusLineEnd), Octets.FIELD)) {
      statusLineEnd++;
    }
    if (statusLineEnd > limit - 4 || !Octets.isCrLf(memory, statusLineEnd)) {
      return fail("the status line contains a control character");
    }
    return parseStatusLine(memory, start, (int) (statusLineEnd - start))
        && parseFields(memory, statusLineEnd + 2, limit - 2);
  }

  /** RFC 9112 section 4: version, three digits, and a reason phrase that may be empty. */
  private boolean parseStatusLine(MemorySegment memory, long offset, int length) {
    if (length < HttpVersion.LENGTH + 5) {
      return fail("the status line is not an HTTP version, a status and a reason");
    }
    int version = HttpVersion.parse(memory, offset, HttpVersion.LENGTH);
    if (version != HttpVersion.HTTP_1_0 && version != HttpVersion.HTTP_1_1) {
      return fail("the response's version is neither HTTP/1.1 nor HTTP/1.0");
    }
    long code = Octets.decimal(memory, offset + HttpVersion.LENGTH + 1, 3);
    boolean separated =
        Octets.at(memory, offset + HttpVersion.LENGTH) == ' '
            && Octets.at(memory, offset + HttpVersion.LENGTH + 4) == ' ';
    if (!separated || code < 100 || code > 599) {
      return fail("the status line is not an HTTP version, a status and a reason");
    }
    minorVersion = version == HttpVersion.HTTP_1_1 ? 1 : 0;
    status = (int) code;
    return true;
  }

  private boolean parseFields(MemorySegment memory, long start, long end) {
    long position = start;
    int count = 0;
    while (position < end) {
      String malformed = line.parse(memory, position, end);
      if (malformed != null) {
        return fail(malformed);
      }
      count++;
      if (count > HttpLimits.HEADER_COUNT_MAX) {
        return fail("the response has more than " + HttpLimits.HEADER_COUNT_MAX + " header fields");
      }
      if (!parseField(memory)) {
        return false;
      }
      position = line.end;
    }
    return true;
  }

  private boolean parseField(MemorySegment memory) {
    return switch (line.nameLength) {
      case 4 -> !line.hasName(memory, HttpHeader.LOWER_ETAG) || parseEtag();
      case 10 -> !line.hasName(memory, HttpHeader.LOWER_CONNECTION) || parseConnection(memory);
      case 12 -> !line.hasName(memory, HttpHeader.LOWER_CONTENT_TYPE) || parseContentType();
      case 13 -> !line.hasName(memory, HttpHeader.LOWER_CONTENT_RANGE) || parseRange(memory);
      case 14 -> !line.hasName(memory, HttpHeader.LOWER_CONTENT_LENGTH) || parseLength(memory);
      case 17 ->
          !line.hasName(memory, HttpHeader.LOWER_TRANSFER_ENCODING)
              || fail("the response has a transfer coding; a length is needed");
      case 21 ->
          !line.hasName(memory, HttpHeader.LOWER_DOCKER_CONTENT_DIGEST) || parseDigest(memory);
      default -> true;
    };
  }

  private boolean parseEtag() {
    if (etagOffset != 0) {
      return fail("the response has two ETag header fields");
    }
    etagOffset = line.valueOffset;
    etagLength = line.valueLength;
    return true;
  }

  private boolean parseConnection(MemorySegment memory) {
    return connection.add(memory, line)
        || fail("the response's Connection header field is not a list of tokens");
  }

  private boolean parseContentType() {
    if (contentTypeOffset != 0) {
      return fail("the response has two Content-Type header fields");
    }
    contentTypeOffset = line.valueOffset;
    contentTypeLength = line.valueLength;
    return true;
  }

  private boolean parseRange(MemorySegment memory) {
    if (contentRange.isPresent()) {
      return fail("the response has two Content-Range header fields");
    }
    return contentRange.parse(memory, line.valueOffset, line.valueLength)
        || fail("the response's Content-Range header field is malformed");
  }

  private boolean parseLength(MemorySegment memory) {
    if (contentLength >= 0) {
      return fail("the response has two Content-Length header fields");
    }
    contentLength = Octets.decimal(memory, line.valueOffset, line.valueLength);
    return (contentLength >= 0 && contentLength < Long.MAX_VALUE)
        || fail("the response's Content-Length header field is not one number");
  }

  private boolean parseDigest(MemorySegment memory) {
    if (!digest.isEmpty()) {
      return fail("the response has two Docker-Content-Digest header fields");
    }
    return digest.parse(memory, line.valueOffset, line.valueLength)
        || fail("the response's Docker-Content-Digest header field is no sha256 or sha512 digest");
  }

  private boolean fail(String sentence) {
    problem = sentence;
    return false;
  }

  /** Why {@link #parse} refused the head, a constant sentence; null when it did not. */
  public String problem() {
    return problem;
  }

  /** The status, 100 to 599; 0 when the status line is malformed. */
  public int status() {
    return status;
  }

  /** Whether the connection may be used again once the body has been read. */
  public boolean keepAlive() {
    return problem == null && connection.persist(minorVersion);
  }

  /** The Content-Length, or -1 without one: the body then ends with the connection. */
  public long contentLength() {
    return contentLength;
  }

  /** The offset of the value of Content-Type in memory; 0 without one. */
  public long contentTypeOffset() {
    return contentTypeOffset;
  }

  /** The length of the value of Content-Type in bytes; 0 without one. */
  public int contentTypeLength() {
    return contentTypeLength;
  }

  /** The offset of the value of ETag in memory, quotes included; 0 without one. */
  public long etagOffset() {
    return etagOffset;
  }

  /** The length of the value of ETag in bytes; 0 without one. */
  public int etagLength() {
    return etagLength;
  }

  /** Whether there is a Docker-Content-Digest. */
  public boolean hasDockerContentDigest() {
    return !digest.isEmpty();
  }

  /** The Docker-Content-Digest; an empty key without one. Reused by the next parse. */
  public DigestKey dockerContentDigest() {
    return digest;
  }

  /** The Content-Range; not present without one. Reused by the next parse. */
  public ContentRange contentRange() {
    return contentRange;
  }
}
