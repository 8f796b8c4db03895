package io.sluice.server.http;

/**
 * Why bytes can never become a valid head: the negative results of {@link HeadScanner#scan}.
 *
 * <p>After any of them the connection must be closed, since where the next request would begin is
 * unknown.
 */
public final class HttpError {
  /** The head contains a NUL byte. */
  public static final int NUL = -1;

  /** The head contains a control character other than a tab or a line's CR LF. */
  public static final int CONTROL_CHARACTER = -2;

  /** A carriage return is not followed by a line feed. */
  public static final int BARE_CARRIAGE_RETURN = -3;

  /** A line feed is not preceded by a carriage return. */
  public static final int BARE_LINE_FEED = -4;

  /** The first byte cannot begin a method. */
  public static final int FIRST_OCTET = -5;

  /** The head is longer than {@link HttpLimits#HEAD_LENGTH_MAX}. */
  public static final int HEAD_TOO_LONG = -6;

  private HttpError() {}

  /**
   * The HTTP status to answer with.
   *
   * @param code one of the constants of this class.
   * @return 431 for {@link #HEAD_TOO_LONG}, otherwise 400.
   */
  public static int status(int code) {
    return code == HEAD_TOO_LONG ? 431 : 400;
  }

  /**
   * A constant sentence for the error body and the log.
   *
   * @param code one of the constants of this class.
   * @return the cause, and the remedy where there is one.
   */
  public static String problem(int code) {
    return switch (code) {
      case NUL -> "the request head contains a NUL byte";
      case CONTROL_CHARACTER -> "the request head contains a control character";
      case BARE_CARRIAGE_RETURN ->
          "the request head contains a carriage return without a line feed; end lines with CR LF";
      case BARE_LINE_FEED ->
          "the request head contains a line feed without a carriage return; end lines with CR LF";
      case FIRST_OCTET ->
          "the first byte cannot begin an HTTP/1.1 request; send plain HTTP to this port, not TLS";
      case HEAD_TOO_LONG ->
          "the request head is longer than "
              + HttpLimits.HEAD_LENGTH_MAX
              + " bytes; send fewer or shorter header fields";
      default -> "the request head is malformed";
    };
  }
}
