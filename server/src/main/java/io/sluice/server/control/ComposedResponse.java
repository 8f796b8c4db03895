package io.sluice.server.control;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A complete HTTP response, head and body.
 *
 * @param status as in the status line
 * @param bytes what goes over the wire
 */
record ComposedResponse(int status, byte[] bytes) {
  /** IMF-fixdate, RFC 9110 section 5.6.7; Java's own RFC 1123 format drops a leading zero. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /**
   * Composes a response.
   *
   * @param extraFields further header lines, each with its CRLF
   */
  static ComposedResponse of(
      ControlRequest request,
      int status,
      String reason,
      String contentType,
      String extraFields,
      byte[] body) {
    boolean close = request.is(ControlMessages.FLAG_CLOSE);
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + reason
            + "\r\nDate: "
            + date(Instant.now())
            + "\r\nDocker-Distribution-API-Version: registry/2.0\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + "\r\n"
            + extraFields
            + (close ? "Connection: close\r\n" : "")
            + "\r\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    if (!request.is(ControlMessages.FLAG_HEAD_ONLY)) {
      bytes.writeBytes(body);
    }
    return new ComposedResponse(status, bytes.toByteArray());
  }

  /** A moment as in the Date field. */
  static String date(Instant moment) {
    return DATE.format(moment);
  }
}
