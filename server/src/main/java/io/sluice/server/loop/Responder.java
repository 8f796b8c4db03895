package io.sluice.server.loop;

import io.sluice.server.config.Limits;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.HttpDate;
import io.sluice.server.http.HttpHeader;
import io.sluice.server.http.OciErrorBody;
import io.sluice.server.http.RegistryTarget;
import io.sluice.server.http.ResponseHead;
import io.sluice.server.metrics.Route;
import io.sluice.server.relay.RelayHead;
import io.sluice.server.transfer.OpenBlob;
import io.sluice.server.transfer.Residency;
import java.lang.foreign.MemorySegment;

/** Composes responses in the exchange's response buffer and hands them to {@link Clients}. */
final class Responder {
  private final Clients clients;
  private final MemorySegment memory;
  private final Residency residency;
  private final ResponseHead head = new ResponseHead();
  private final HttpDate date = new HttpDate();

  Responder(Clients clients, Exchanges exchanges, Residency residency) {
    this.clients = clients;
    this.residency = residency;
    this.memory = exchanges.memory();
  }

  /** Keeps the Date field right; to be called now and then. */
  void time(long nowEpochSeconds) {
    date.update(nowEpochSeconds);
  }

  /** 200 without a body. */
  void empty(Connection connection) {
    begin(connection, 200).header(HttpHeader.CONTENT_LENGTH, 0L);
    finish(connection, false);
  }

  /** An OCI error body. */
  void error(Connection connection, int status, String code, String message) {
    connection.status = status;
    int length =
        OciErrorBody.write(
            start(connection),
            status,
            date,
            code,
            message,
            connection.headOnly,
            !connection.keepAlive);
    clients.respond(connection, length, false);
  }

  /** An OCI error body that names what was asked for: the reference, else the name. */
  void unknown(Connection connection, String code, String message, byte[] detailName) {
    RegistryTarget target = connection.exchange.target;
    boolean named = detailName == OciErrorBody.DETAIL_NAME;
    connection.status = 404;
    int length =
        OciErrorBody.write(
            start(connection),
            404,
            date,
            code,
            message,
            detailName,
            memory,
            named ? target.nameOffset() : target.referenceOffset(),
            named ? target.nameLength() : target.referenceLength(),
            connection.headOnly,
            !connection.keepAlive);
    clients.respond(connection, length, false);
  }

  /** 416. */
  void unsatisfiableRange(Connection connection, long sizeBytes) {
    connection.status = 416;
    int length =
        OciErrorBody.writeUnsatisfiedRange(
            start(connection), date, sizeBytes, connection.headOnly, !connection.keepAlive);
    clients.respond(connection, length, false);
  }

  /** 304. */
  void notModified(Connection connection, OpenBlob blob) {
    begin(connection, 304).etag(blob.digest()).digestHeader(blob.digest());
    finish(connection, false);
  }

  /** The head of a blob or manifest of this node, whole or in part. */
  void content(Connection connection, OpenBlob blob, byte[] mediaType, ByteRange range) {
    int length = composeContent(connection, blob, mediaType, range);
    clients.respond(connection, length, !connection.headOnly && contentLength(blob, range) > 0);
  }

  /**
   * Head and body of a blob or manifest of this node, in one piece, if the body is resident and
   * fits behind the head; else nothing has been done.
   */
  boolean contentAtOnce(Connection connection, OpenBlob blob, byte[] mediaType, ByteRange range) {
    long bodyLength = contentLength(blob, range);
    if (bodyLength > Limits.RESPONSE_BYTES - Limits.RESPONSE_HEAD_BYTES) {
      return false;
    }
    int headLength = composeContent(connection, blob, mediaType, range);
    long body = memory.address() + connection.exchange.responseOffset + headLength;
    if (!residency.read(blob, range == null ? 0 : range.first(), (int) bodyLength, body)) {
      return false;
    }
    clients.respond(connection, headLength + (int) bodyLength, false);
    return true;
  }

  private static long contentLength(OpenBlob blob, ByteRange range) {
    return range == null ? blob.sizeBytes() : range.length();
  }

  private int composeContent(
      Connection connection, OpenBlob blob, byte[] mediaType, ByteRange range) {
    begin(connection, range == null ? 200 : 206)
        .header(HttpHeader.CONTENT_TYPE, mediaType)
        .header(HttpHeader.CONTENT_LENGTH, contentLength(blob, range))
        .digestHeader(blob.digest())
        .etag(blob.digest());
    if (mediaType == HttpHeader.APPLICATION_OCTET_STREAM) {
      head.header(HttpHeader.ACCEPT_RANGES, HttpHeader.BYTES);
    }
    if (range != null) {
      head.contentRange(range.first(), range.last(), blob.sizeBytes());
    }
    namespace(connection);
    return end(connection);
  }

  /** The head of what is relayed. */
  void relayed(Connection connection, RelayHead relay) {
    if (relay.status() == 416) {
      unsatisfiableRange(connection, relay.sizeBytes());
      return;
    }
    begin(connection, relay.status());
    if (relay.contentTypeLength() > 0) {
      head.header(
          HttpHeader.CONTENT_TYPE,
          relay.memory(),
          relay.contentTypeOffset(),
          relay.contentTypeLength());
    } else {
      head.header(HttpHeader.CONTENT_TYPE, HttpHeader.APPLICATION_OCTET_STREAM);
    }
    head.header(HttpHeader.CONTENT_LENGTH, relay.contentLength());
    if (!relay.digest().isEmpty()) {
      head.digestHeader(relay.digest()).etag(relay.digest());
    }
    if (relay.status() == 206) {
      head.contentRange(relay.first(), relay.last(), relay.sizeBytes());
    }
    if (connection.route == Route.BLOB) {
      head.header(HttpHeader.ACCEPT_RANGES, HttpHeader.BYTES);
    }
    namespace(connection);
    finish(connection, !connection.headOnly && relay.contentLength() > 0);
  }

  private ResponseHead start(Connection connection) {
    return head.begin(memory, connection.exchange.responseOffset, Limits.RESPONSE_HEAD_BYTES);
  }

  private ResponseHead begin(Connection connection, int status) {
    connection.status = status;
    return start(connection)
        .status(status)
        .date(date)
        .header(HttpHeader.DOCKER_DISTRIBUTION_API_VERSION, HttpHeader.REGISTRY_2_0);
  }

  private void namespace(Connection connection) {
    RegistryTarget target = connection.exchange.target;
    if (target.namespaceLength() > 0) {
      head.header(
          HttpHeader.OCI_NAMESPACE, memory, target.namespaceOffset(), target.namespaceLength());
    }
  }

  private void finish(Connection connection, boolean bodyFollows) {
    clients.respond(connection, end(connection), bodyFollows);
  }

  /** Ends the head; returns its length. */
  private int end(Connection connection) {
    if (!connection.keepAlive) {
      head.header(HttpHeader.CONNECTION, HttpHeader.CLOSE);
    }
    int length = head.end();
    if (length < 0) {
      throw new IllegalStateException("a response head does not fit its buffer");
    }
    return length;
  }
}
