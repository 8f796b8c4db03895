package io.sluice.server.loop;

import io.sluice.server.http.HttpError;
import io.sluice.server.http.OciErrorBody;
import io.sluice.server.http.OciErrorCode;
import io.sluice.server.http.RequestHead;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.RejectReason;
import io.sluice.server.metrics.Route;

/** The ways to say no: each is a status, an OCI error code and a sentence, and is counted. */
final class Refusals {
  private final Responder responder;
  private final LoopMetrics metrics;

  Refusals(Responder responder, LoopMetrics metrics) {
    this.responder = responder;
    this.metrics = metrics;
  }

  /** The head was understood and cannot be accepted. */
  void badHead(Connection connection, int status, RequestHead head) {
    metrics.requestRejected(rejectReason(status));
    responder.error(connection, status, OciErrorCode.UNSUPPORTED, head.problem());
  }

  /** Credentials are asked for, and others or none were sent. */
  void unauthorized(Connection connection) {
    metrics.requestRejected(RejectReason.UNAUTHORIZED);
    String message = "this registry wants the user and the password of its cluster";
    responder.error(connection, 401, OciErrorCode.UNAUTHORIZED, message);
  }

  /** Neither GET nor HEAD. */
  void badMethod(Connection connection) {
    connection.keepAlive = false;
    metrics.requestRejected(RejectReason.UNSUPPORTED);
    String message = "this registry is read-only: use GET or HEAD";
    responder.error(connection, 405, OciErrorCode.UNSUPPORTED, message);
  }

  /**
   * What was received can never become a request, came too slowly, or cannot be answered in time.
   *
   * @param code a status, or a negative code of {@link HttpError}
   */
  void unreadable(Connection connection, int code) {
    int status = code < 0 ? HttpError.status(code) : code;
    connection.keepAlive = false;
    connection.headOnly = false;
    connection.route = Route.OTHER;
    metrics.requestRejected(rejectReason(status));
    String message = code < 0 ? HttpError.problem(code) : sentence(status);
    String errorCode = status == 503 ? OciErrorCode.TOOMANYREQUESTS : OciErrorCode.UNSUPPORTED;
    responder.error(connection, status, errorCode, message);
  }

  /** This node does not have it, nor does anybody who was asked. */
  void notFound(Connection connection) {
    boolean byTag = connection.exchange.target.digest().isEmpty();
    byte[] detail = byTag ? OciErrorBody.DETAIL_TAG : OciErrorBody.DETAIL_DIGEST;
    if (connection.route == Route.BLOB) {
      String message = "this node does not have the blob";
      responder.unknown(connection, OciErrorCode.BLOB_UNKNOWN, message, detail);
    } else {
      String message = "this node does not have the manifest";
      responder.unknown(connection, OciErrorCode.MANIFEST_UNKNOWN, message, detail);
    }
  }

  /** The tag exists more than once. */
  void ambiguous(Connection connection) {
    String message = "several registries have this tag: say which with ?ns=";
    responder.unknown(connection, OciErrorCode.MANIFEST_UNKNOWN, message, OciErrorBody.DETAIL_TAG);
  }

  /** A path that means nothing here. */
  void nothingHere(Connection connection) {
    String message = "there is nothing here; this registry answers below /v2/";
    responder.error(connection, 404, OciErrorCode.NAME_UNKNOWN, message);
  }

  /** Nobody has sent it who was asked, but somebody may have it. */
  void undecided(Connection connection) {
    String message = "who may have this is too busy, or does not answer; try upstream, or again";
    responder.error(connection, 503, OciErrorCode.TOOMANYREQUESTS, message);
  }

  /** Everything that this would need is taken. */
  void busy(Connection connection) {
    String message = "this node serves as many transfers as it can; try another one or again";
    responder.error(connection, 503, OciErrorCode.TOOMANYREQUESTS, message);
  }

  private static String sentence(int status) {
    return switch (status) {
      case 431 -> "the request head is larger than 8 KiB";
      case 408 -> "the request head did not arrive in time";
      default -> "this node is too busy to answer; try again";
    };
  }

  private static int rejectReason(int status) {
    return switch (status) {
      case 408 -> RejectReason.HEADER_TIMEOUT;
      case 414, 431 -> RejectReason.TOO_LARGE;
      case 405, 501, 505 -> RejectReason.UNSUPPORTED;
      case 503 -> RejectReason.CONNECTION_LIMIT;
      default -> RejectReason.MALFORMED;
    };
  }
}
