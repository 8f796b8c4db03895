package io.sluice.server.http;

/** The status lines this server sends, with their reason phrases from RFC 9110 and RFC 6585. */
final class StatusLine {
  private static final byte[] OK = line("200 OK");
  private static final byte[] PARTIAL_CONTENT = line("206 Partial Content");
  private static final byte[] NOT_MODIFIED = line("304 Not Modified");
  private static final byte[] BAD_REQUEST = line("400 Bad Request");
  private static final byte[] UNAUTHORIZED = line("401 Unauthorized");
  private static final byte[] NOT_FOUND = line("404 Not Found");
  private static final byte[] METHOD_NOT_ALLOWED = line("405 Method Not Allowed");
  private static final byte[] REQUEST_TIMEOUT = line("408 Request Timeout");
  private static final byte[] URI_TOO_LONG = line("414 URI Too Long");
  private static final byte[] RANGE_NOT_SATISFIABLE = line("416 Range Not Satisfiable");
  private static final byte[] TOO_MANY_REQUESTS = line("429 Too Many Requests");
  private static final byte[] HEADER_FIELDS_TOO_LARGE = line("431 Request Header Fields Too Large");
  private static final byte[] INTERNAL_SERVER_ERROR = line("500 Internal Server Error");
  private static final byte[] NOT_IMPLEMENTED = line("501 Not Implemented");
  private static final byte[] SERVICE_UNAVAILABLE = line("503 Service Unavailable");
  private static final byte[] VERSION_NOT_SUPPORTED = line("505 HTTP Version Not Supported");

  private StatusLine() {}

  private static byte[] line(String codeAndPhrase) {
    return Octets.ascii("HTTP/1.1 " + codeAndPhrase + "\r\n");
  }

  static byte[] of(int code) {
    return switch (code) {
      case 200 -> OK;
      case 206 -> PARTIAL_CONTENT;
      case 304 -> NOT_MODIFIED;
      case 400 -> BAD_REQUEST;
      case 401 -> UNAUTHORIZED;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 408 -> REQUEST_TIMEOUT;
      case 414 -> URI_TOO_LONG;
      case 416 -> RANGE_NOT_SATISFIABLE;
      case 429 -> TOO_MANY_REQUESTS;
      case 431 -> HEADER_FIELDS_TOO_LARGE;
      case 500 -> INTERNAL_SERVER_ERROR;
      case 501 -> NOT_IMPLEMENTED;
      case 503 -> SERVICE_UNAVAILABLE;
      case 505 -> VERSION_NOT_SUPPORTED;
      default -> throw new IllegalArgumentException("no status line for status " + code);
    };
  }
}
