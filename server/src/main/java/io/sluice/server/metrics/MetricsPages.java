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
  private static final String JSON = "application/json";
  private static final String ADMIN_PULL = "/admin/pull";
  private static final String NO_ADMIN =
      "Nothing can be asked for here; start the node with --admin-token-file.";
  private static final int INITIAL_BODY_BYTES = 32_768;

  private final NodeMetrics metrics;
  private final Supplier<Readiness> ready;

  /** Null where nobody can have anything done. */
  private AdminCalls admin;

  MetricsPages(final NodeMetrics metrics, final Supplier<Readiness> ready) {
    this.metrics = metrics;
    this.ready = ready;
  }

  /** What can be asked for by POST; before the first request. */
  void admin(final AdminCalls calls) {
    admin = calls;
  }

  /**
   * Looks at the head of a good POST.
   *
   * @return a complete response that refuses it; null if its body is to be read
   */
  ByteBuffer refusalOrNull(final MetricsRequest request) {
    if (admin == null || !request.path().equals(ADMIN_PULL)) {
      return text(request, 404, admin == null ? NO_ADMIN : "Only /admin/pull can be asked for.");
    }
    if (!admin.allows(request.authorization())) {
      return text(request, 401, "The token is missing or wrong: send Authorization: Bearer TOKEN.");
    }
    if (request.bodyBytes() < 0) {
      return text(request, 411, "The request needs a Content-Length.");
    }
    if (request.bodyBytes() > AdminCalls.BODY_BYTES_MAX) {
      return text(request, 413, "The body is larger than 64 KiB; ask for fewer images at a time.");
    }
    return null;
  }

  /** Begins what a POST asks for, whose head was not refused. */
  AdminCalls.AdminCall begin(final byte[] body, final Runnable done) {
    return admin.pull(body, done);
  }

  /** What a POST has come to, as a complete response. */
  ByteBuffer answer(final MetricsRequest request, final AdminCalls.AdminAnswer answer) {
    final byte[] body = (answer.json() + "\n").getBytes(StandardCharsets.UTF_8);
    return response(request, answer.status(), JSON, body);
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
        case "/sources" ->
            response(
                request,
                200,
                JSON,
                (metrics.sources().toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        case ADMIN_PULL ->
            admin == null
                ? text(request, 404, NO_ADMIN)
                : text(request, 405, "What is to be pulled is said with POST.");
        default -> text(request, 404, "This port has /metrics, /sources, /livez and /readyz.");
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
            + extraFields(request, status)
            + "\r\nConnection: close\r\n\r\n";
    final byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    final ByteBuffer response = ByteBuffer.allocate(headBytes.length + body.length);
    response.put(headBytes);
    if (!request.head()) {
      response.put(body);
    }
    return response.flip();
  }

  private static String extraFields(final MetricsRequest request, final int status) {
    return switch (status) {
      case 401 -> "\r\nWWW-Authenticate: Bearer realm=\"sluice\"";
      case 405 -> "\r\nAllow: " + (request.path().equals(ADMIN_PULL) ? "POST" : "GET, HEAD");
      case 429 -> "\r\nRetry-After: 10";
      default -> "";
    };
  }

  private static String reason(final int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 411 -> "Length Required";
      case 413 -> "Content Too Large";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 505 -> "HTTP Version Not Supported";
      default -> "Internal Server Error";
    };
  }
}
