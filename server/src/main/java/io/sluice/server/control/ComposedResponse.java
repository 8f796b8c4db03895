package io.sluice.server.control;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * A complete HTTP response, head and body.
 *
 * @param status as in the status line
 * @param bytes what goes over the wire
 */
record ComposedResponse(int status, byte[] bytes) {
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
            + DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC))
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
}
