package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * Writes an error response with the body of the OCI distribution specification: {@code
 * {"errors":[{"code":"...","detail":{"name":"value"},"message":"..."}]}}. The order of the members
 * is Spegel's.
 */
public final class OciErrorBody {
  /** The detail's name when the value is a digest. */
  public static final byte[] DETAIL_DIGEST = Octets.ascii("digest");

  /** The detail's name when the value is a repository's name. */
  public static final byte[] DETAIL_NAME = Octets.ascii("name");

  /** The detail's name when the value is a tag. */
  public static final byte[] DETAIL_TAG = Octets.ascii("tag");

  private static final byte[] BEFORE_CODE = Octets.ascii("{\"errors\":[{\"code\":\"");
  private static final byte[] BEFORE_DETAIL = Octets.ascii("\",\"detail\":{\"");
  private static final byte[] BEFORE_VALUE = Octets.ascii("\":\"");
  private static final byte[] AFTER_VALUE = Octets.ascii("\"},\"message\":\"");
  private static final byte[] BEFORE_MESSAGE = Octets.ascii("\",\"message\":\"");
  private static final byte[] AFTER_MESSAGE = Octets.ascii("\"}]}");
  private static final byte[] HEX = Octets.ascii("0123456789abcdef");
  private static final byte[] UNICODE = Octets.ascii("\\u00");
  private static final byte[] CHALLENGE = Octets.ascii("Basic realm=\"registry\"");
  private static final byte[] METHODS = Octets.ascii("GET, HEAD");
  private static final long RETRY_AFTER_SECONDS = 1;
  private static final int UNICODE_LENGTH = 6;
  private static final long NO_SIZE = -1;
  private static final String RANGE_MESSAGE = "the range lies outside the blob";

  private OciErrorBody() {}

  /**
   * Writes a complete response without a detail.
   *
   * @param response a writer after {@link ResponseHead#begin}, at the start of the response.
   * @param status the status; 401, 405, 429 and 503 get the field that belongs to them.
   * @param date the current date.
   * @param code an {@link OciErrorCode}.
   * @param message a constant sentence in ASCII.
   * @param headOnly whether the request was a HEAD: Content-Length tells of a body that is not
   *     sent.
   * @param close whether the connection is closed afterwards.
   * @return the number of bytes written; negative, as of {@link ResponseHead#end}, when it did not
   *     fit.
   */
  public static int write(
      ResponseHead response,
      int status,
      HttpDate date,
      String code,
      String message,
      boolean headOnly,
      boolean close) {
    return write(response, status, date, code, message, null, null, 0, 0, headOnly, close);
  }

  /**
   * Writes a complete response with one detail, whose value is escaped.
   *
   * @param response a writer after {@link ResponseHead#begin}, at the start of the response.
   * @param status the status; 401, 405, 429 and 503 get the field that belongs to them.
   * @param date the current date.
   * @param code an {@link OciErrorCode}.
   * @param message a constant sentence in ASCII.
   * @param detailName a detail's name such as {@link #DETAIL_DIGEST}; null for none.
   * @param memory the memory that holds the detail's value; must not overlap the response.
   * @param offset the offset of the value.
   * @param length the length of the value in bytes.
   * @param headOnly whether the request was a HEAD.
   * @param close whether the connection is closed afterwards.
   * @return the number of bytes written; negative, as of {@link ResponseHead#end}, when it did not
   *     fit.
   */
  public static int write(
      ResponseHead response,
      int status,
      HttpDate date,
      String code,
      String message,
      byte[] detailName,
      MemorySegment memory,
      long offset,
      int length,
      boolean headOnly,
      boolean close) {
    long bodyLength = bodyLength(code, message, detailName, memory, offset, length);
    writeHead(response, status, date, bodyLength, NO_SIZE, close);
    if (!headOnly) {
      writeBody(response, code, message, detailName, memory, offset, length);
    }
    return response.length();
  }

  /**
   * Writes a complete 416 with {@code Content-Range: bytes *}{@code /size}.
   *
   * @param response a writer after {@link ResponseHead#begin}, at the start of the response.
   * @param date the current date.
   * @param size the size of the blob in bytes.
   * @param headOnly whether the request was a HEAD.
   * @param close whether the connection is closed afterwards.
   * @return the number of bytes written; negative, as of {@link ResponseHead#end}, when it did not
   *     fit.
   */
  public static int writeUnsatisfiedRange(
      ResponseHead response, HttpDate date, long size, boolean headOnly, boolean close) {
    String code = OciErrorCode.RANGE_INVALID;
    long bodyLength = bodyLength(code, RANGE_MESSAGE, null, null, 0, 0);
    writeHead(response, 416, date, bodyLength, size, close);
    if (!headOnly) {
      writeBody(response, code, RANGE_MESSAGE, null, null, 0, 0);
    }
    return response.length();
  }

  private static void writeHead(
      ResponseHead response, int status, HttpDate date, long bodyLength, long size, boolean close) {
    response
        .status(status)
        .date(date)
        .header(HttpHeader.DOCKER_DISTRIBUTION_API_VERSION, HttpHeader.REGISTRY_2_0)
        .header(HttpHeader.CONTENT_TYPE, HttpHeader.APPLICATION_JSON)
        .header(HttpHeader.CONTENT_LENGTH, bodyLength);
    if (size != NO_SIZE) {
      response.contentRangeUnsatisfied(size);
    }
    switch (status) {
      case 401 -> response.header(HttpHeader.WWW_AUTHENTICATE, CHALLENGE);
      case 405 -> response.header(HttpHeader.ALLOW, METHODS);
      case 429, 503 -> response.header(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
      default -> {}
    }
    if (close) {
      response.header(HttpHeader.CONNECTION, HttpHeader.CLOSE);
    }
    response.end();
  }

  private static long bodyLength(
      String code,
      String message,
      byte[] detailName,
      MemorySegment memory,
      long offset,
      int length) {
    long total = (long) BEFORE_CODE.length + escapedLength(code);
    if (detailName == null) {
      total += BEFORE_MESSAGE.length;
    } else {
      total += BEFORE_DETAIL.length + detailName.length + BEFORE_VALUE.length + AFTER_VALUE.length;
      for (int i = 0; i < length; i++) {
        total += escapedLength(Octets.at(memory, offset + i));
      }
    }
    return total + escapedLength(message) + AFTER_MESSAGE.length;
  }

  private static void writeBody(
      ResponseHead response,
      String code,
      String message,
      byte[] detailName,
      MemorySegment memory,
      long offset,
      int length) {
    response.put(BEFORE_CODE);
    writeEscaped(response, code);
    if (detailName == null) {
      response.put(BEFORE_MESSAGE);
    } else {
      response.put(BEFORE_DETAIL).put(detailName).put(BEFORE_VALUE);
      for (int i = 0; i < length; i++) {
        writeEscaped(response, Octets.at(memory, offset + i));
      }
      response.put(AFTER_VALUE);
    }
    writeEscaped(response, message);
    response.put(AFTER_MESSAGE);
  }

  private static long escapedLength(String text) {
    long total = 0;
    for (int i = 0; i < text.length(); i++) {
      total += escapedLength(text.charAt(i));
    }
    return total;
  }

  private static void writeEscaped(ResponseHead response, String text) {
    for (int i = 0; i < text.length(); i++) {
      writeEscaped(response, text.charAt(i));
    }
  }

  private static int escapedLength(int octet) {
    if (octet == '"' || octet == '\\') {
      return 2;
    }
    return isPlain(octet) ? 1 : UNICODE_LENGTH;
  }

  /** RFC 8259 section 7; octets beyond ASCII, which need not be UTF-8, are escaped as Latin-1. */
  private static void writeEscaped(ResponseHead response, int octet) {
    if (octet == '"' || octet == '\\') {
      response.octet('\\').octet(octet);
    } else if (isPlain(octet)) {
      response.octet(octet);
    } else {
      response.put(UNICODE).octet(HEX[octet >> 4 & 0xf]).octet(HEX[octet & 0xf]);
    }
  }

  private static boolean isPlain(int octet) {
    return octet >= ' ' && octet < 0x7f;
  }
}
