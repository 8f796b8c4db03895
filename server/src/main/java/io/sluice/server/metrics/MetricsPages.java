package io.sluice.server.metrics;

import io.sluice.server.store.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** What the metrics port answers. For the server's thread. */
final class MetricsPages {
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  private static final int INITIAL_BODY_BYTES = 32_768;

  private final NodeMetrics metrics;
  private final Supplier<Readiness> ready;

  MetricsPages(final NodeMetrics metrics, final Supplier<Readiness> ready) {
    this.metrics = metrics;
    this.ready = ready;
  }

  /**
   * Answers a request, also one that is refused.
   *
   * @return a complete response, ready to be written
   */
  ByteBuffer respond(final MetricsRequest request) {
    if (request.status() != 0) {
      return text(request, request.status(), request.problem());
    }
    try {
      return switch (request.path()) {
        case "/metrics" -> metrics(request);
        case "/livez" -> text(request, 200, "The node is alive.");
        case "/readyz" -> {
          Readiness now = ready.get();
          yield text(request, now.ready() ? 200 : 500, now.sentence());
        }
        default -> text(request, 404, "This port has /metrics, /livez and /readyz.");
      };
    } catch (IOException | RuntimeException e) {
      return text(request, 500, "The answer could not be put together: " + e + ".");
    }
  }

  private ByteBuffer metrics(final MetricsRequest request) throws IOException {
    final ExpositionFormat format = ExpositionFormat.accepted(request.accept());
    final ByteArrayOutputStream body = new ByteArrayOutputStream(INITIAL_BODY_BYTES);
    metrics.write(format, body);
    return response(request, 200, format.contentType(), body.toByteArray());
  }

  private static ByteBuffer text(
      final MetricsRequest request, final int status, final String sentence) {
    final byte[] body = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
    return response(request, status, PLAIN_TEXT, body);
  }

  private static ByteBuffer response(
      final MetricsRequest request, final int status, final String contentType, final byte[] body) {
    final String head =
        "HTTP/1.1 "
            + status
            + " "
            + reason(status)
            + "\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + (status == 405 ? "\r\nAllow: GET, HEAD" : "")
            + "\r\nConnection: close\r\n\r\n";
    final byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    final ByteBuffer response = ByteBuffer.allocate(headBytes.length + body.length);
    response.put(headBytes);
    if (!request.head()) {
      response.put(body);
    }
    return response.flip();
  }

  private static String reason(final int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 431 -> "Request Header Fields Too Large";
      case 505 -> "HTTP Version Not Supported";
      default -> "Internal Server Error";
    };
  }
}
