package io.sluice.server.loop;

import io.sluice.linux.Errno;
import io.sluice.server.control.ControlChannel;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.control.ReplyHandler;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.EntityTags;
import io.sluice.server.http.HttpError;
import io.sluice.server.http.HttpHeader;
import io.sluice.server.http.OciErrorBody;
import io.sluice.server.http.OciErrorCode;
import io.sluice.server.http.PeerResponse;
import io.sluice.server.http.RegistryTarget;
import io.sluice.server.http.RequestHead;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.RejectReason;
import io.sluice.server.metrics.Route;
import io.sluice.server.relay.RelayListener;
import io.sluice.server.relay.Relays;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Catalog;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import io.sluice.server.transfer.BlobListener;
import io.sluice.server.transfer.OpenBlob;
import io.sluice.server.transfer.OpenBlobs;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferListener;
import io.sluice.server.transfer.Transfers;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * The OCI distribution API on one loop: understands requests and sets in motion what answers them.
 *
 * <p>A manifest or blob that this node has is opened and transferred; what it has not is looked for
 * among the peers, unless the request comes from a peer ({@code X-Spegel-Mirrored}), and relayed.
 */
final class Registry
    implements RequestHandler, BlobListener, TransferListener, RelayListener, ReplyHandler {
  private static final int NO_MEDIA_TYPE = -1;

  private final Clients clients;
  private final ConnectionTable table;
  private final Exchanges exchanges;
  private final Responder responder;
  private final ControlChannel control;
  private final MediaTypes mediaTypes;
  private final BlobStore store;
  private final SocketControl sockets;
  private final BooleanSupplier ready;
  private final LoopMetrics metrics;
  private final boolean peersExist;
  private final DigestKey digest = new DigestKey();
  private final long[] digestTable = new long[DigestKey.TABLE_STRIDE];
  private OpenBlobs blobs;
  private Transfers transfers;
  private Relays relays;
  private boolean stopping;
  private long nowNs;

  Registry(
      Clients clients,
      ConnectionTable table,
      Exchanges exchanges,
      ControlChannel control,
      LoopContext context,
      LoopMetrics metrics) {
    this.clients = clients;
    this.table = table;
    this.exchanges = exchanges;
    this.responder = new Responder(clients, exchanges);
    this.control = control;
    this.mediaTypes = context.mediaTypes();
    this.store = context.store();
    this.sockets = context.sockets();
    this.ready = context.ready();
    this.peersExist = context.peersExist();
    this.metrics = metrics;
  }

  void components(OpenBlobs openBlobs, Transfers loopTransfers, Relays loopRelays) {
    blobs = openBlobs;
    transfers = loopTransfers;
    relays = loopRelays;
  }

  /** From now on responses say that the connection closes. */
  void stop() {
    stopping = true;
  }

  void time(long nowEpochSeconds) {
    responder.time(nowEpochSeconds);
  }

  @Override
  public void onRequest(Connection connection, long now) {
    nowNs = now;
    Exchange exchange = connection.exchange;
    RequestHead head = exchange.head;
    int status = head.parse(exchanges.memory(), exchange.requestOffset, connection.headLength);
    connection.headOnly = head.method() == RequestHead.METHOD_HEAD;
    connection.keepAlive = status == 0 && head.keepAlive() && !stopping;
    connection.route = Route.OTHER;
    if (status != 0) {
      metrics.requestRejected(rejectReason(status));
      responder.error(connection, status, OciErrorCode.UNSUPPORTED, head.problem());
    } else if (head.method() == RequestHead.METHOD_OTHER) {
      connection.keepAlive = false;
      metrics.requestRejected(RejectReason.UNSUPPORTED);
      String message = "this registry is read-only: use GET or HEAD";
      responder.error(connection, 405, OciErrorCode.UNSUPPORTED, message);
    } else {
      exchange.kind = exchange.target.parse(exchanges.memory(), head);
      route(connection, exchange.kind);
    }
  }

  @Override
  public void onUnreadable(Connection connection, int code, long now) {
    nowNs = now;
    int status = code < 0 ? HttpError.status(code) : code;
    connection.keepAlive = false;
    connection.headOnly = false;
    connection.route = Route.OTHER;
    metrics.requestRejected(rejectReason(status));
    String message =
        code < 0
            ? HttpError.problem(code)
            : status == 431
                ? "the request head is larger than 8 KiB"
                : status == 408
                    ? "the request head did not arrive in time"
                    : "this node is too busy to answer; try again";
    String errorCode = status == 503 ? OciErrorCode.TOOMANYREQUESTS : OciErrorCode.UNSUPPORTED;
    responder.error(connection, status, errorCode, message);
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

  private void route(Connection connection, int kind) {
    RegistryTarget target = connection.exchange.target;
    switch (kind) {
      case RegistryTarget.BASE -> {
        connection.route = Route.BASE;
        responder.empty(connection);
      }
      case RegistryTarget.LIVEZ -> {
        connection.route = Route.HEALTH;
        responder.empty(connection);
      }
      case RegistryTarget.READYZ -> {
        connection.route = Route.HEALTH;
        readiness(connection);
      }
      case RegistryTarget.BLOB -> {
        connection.route = Route.BLOB;
        open(connection, target.digest());
      }
      case RegistryTarget.MANIFEST_BY_DIGEST -> {
        connection.route = Route.MANIFEST;
        open(connection, target.digest());
      }
      case RegistryTarget.MANIFEST_BY_TAG -> {
        connection.route = Route.MANIFEST;
        openByTag(connection);
      }
      case RegistryTarget.TAGS_LIST -> {
        connection.route = Route.TAGS;
        ask(connection, ControlMessages.LIST_TAGS);
      }
      case RegistryTarget.REFERRERS -> {
        connection.route = Route.REFERRERS;
        ask(connection, ControlMessages.LIST_REFERRERS);
      }
      case RegistryTarget.INVALID ->
          responder.error(
              connection, target.problemStatus(), target.problemCode(), target.problem());
      default -> {
        String message = "there is nothing here; this registry answers below /v2/";
        responder.error(connection, 404, OciErrorCode.NAME_UNKNOWN, message);
      }
    }
  }

  private void readiness(Connection connection) {
    if (ready.getAsBoolean() && !stopping) {
      responder.empty(connection);
    } else {
      responder.error(connection, 500, OciErrorCode.UNKNOWN, "this node is not ready");
    }
  }

  private void openByTag(Connection connection) {
    RegistryTarget target = connection.exchange.target;
    Catalog catalog = store.catalog();
    int entry =
        catalog.findTag(
            exchanges.memory(),
            target.namespaceOffset(),
            target.namespaceLength(),
            target.nameOffset(),
            target.nameLength(),
            target.referenceOffset(),
            target.referenceLength());
    if (entry == Catalog.AMBIGUOUS) {
      String message = "several registries have this tag: say which with ?ns=";
      responder.unknown(
          connection, OciErrorCode.MANIFEST_UNKNOWN, message, OciErrorBody.DETAIL_TAG);
    } else if (entry == Catalog.NOT_FOUND) {
      findPeers(connection);
    } else {
      digestTable[0] = catalog.algorithm(entry);
      int words = Digest.wordCount(catalog.algorithm(entry));
      for (int i = 1; i < DigestKey.TABLE_STRIDE; i++) {
        digestTable[i] = i <= words ? catalog.word(entry, i - 1) : 0;
      }
      digest.copyFrom(digestTable, 0);
      open(connection, digest);
    }
  }

  private void open(Connection connection, DigestKey key) {
    int index = blobs.acquire(key, connection.slot, nowNs);
    if (index == OpenBlobs.PENDING) {
      connection.awaitingBlob = true;
    } else if (index == OpenBlobs.FULL) {
      busy(connection);
    } else {
      connection.blob = blobs.get(index);
      serve(connection);
    }
  }

  @Override
  public void onBlobOpen(int requester, OpenBlob blob) {
    Connection connection = table.get(requester);
    connection.awaitingBlob = false;
    connection.blob = blob;
    if (connection.state == Connection.CLOSING) {
      dropBlob(connection);
      clients.closeIfQuiet(connection);
    } else {
      serve(connection);
    }
  }

  @Override
  public void onBlobUnavailable(int requester, int errno) {
    Connection connection = table.get(requester);
    connection.awaitingBlob = false;
    if (connection.state == Connection.CLOSING) {
      clients.closeIfQuiet(connection);
    } else if (errno == Errno.ESTALE) {
      route(connection, connection.exchange.kind);
    } else if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM) {
      busy(connection);
    } else {
      findPeers(connection);
    }
  }

  /** The blob is open and this connection holds a use of it. */
  private void serve(Connection connection) {
    OpenBlob blob = connection.blob;
    if (connection.route == Route.MANIFEST && blob.mediaType() == null) {
      int entry = findInCatalog(blob.digest());
      if (entry < 0) {
        ask(connection, ControlMessages.DESCRIBE);
        return;
      }
      blob.mediaType(store.catalog().mediaType(entry));
    }
    if (connection.route == Route.MANIFEST && !MediaType.isManifest(blob.mediaType())) {
      dropBlob(connection);
      notFound(connection);
      return;
    }
    RequestHead head = connection.exchange.head;
    MemorySegment memory = exchanges.memory();
    boolean unchanged =
        head.ifNoneMatchLength() > 0
            && EntityTags.matches(
                memory, head.ifNoneMatchOffset(), head.ifNoneMatchLength(), blob.digest());
    if (unchanged) {
      responder.notModified(connection, blob);
      dropBlob(connection);
    } else if (connection.route == Route.MANIFEST) {
      begin(connection, blob.mediaType(), null);
    } else {
      serveRange(connection, head);
    }
  }

  private void serveRange(Connection connection, RequestHead head) {
    OpenBlob blob = connection.blob;
    ByteRange range = head.range();
    boolean partial =
        range.kind() == ByteRange.VALID
            && EntityTags.allowsRange(
                exchanges.memory(), head.ifRangeOffset(), head.ifRangeLength(), blob.digest());
    if (!partial) {
      begin(connection, HttpHeader.APPLICATION_OCTET_STREAM, null);
    } else if (range.resolve(blob.sizeBytes())) {
      begin(connection, HttpHeader.APPLICATION_OCTET_STREAM, range);
    } else {
      responder.unsatisfiableRange(connection, blob.sizeBytes());
      dropBlob(connection);
    }
  }

  private void begin(Connection connection, byte[] mediaType, ByteRange range) {
    OpenBlob blob = connection.blob;
    long first = range == null ? 0 : range.first();
    long last = range == null ? blob.sizeBytes() - 1 : range.last();
    if (!connection.headOnly && last >= first) {
      int transfer = transfers.start(connection.slot, connection.fd, blob, first, last, nowNs);
      if (transfer < 0) {
        dropBlob(connection);
        busy(connection);
        return;
      }
      connection.transfer = transfer;
      connection.blob = null;
    }
    responder.content(connection, blob, mediaType, range);
    dropBlob(connection);
  }

  private int findInCatalog(DigestKey key) {
    key.copyTo(digestTable, 0);
    return store.catalog().findDigest((int) digestTable[0], digestTable, 1);
  }

  private void dropBlob(Connection connection) {
    if (connection.blob != null) {
      blobs.release(connection.blob, nowNs);
      connection.blob = null;
    }
  }

  private void findPeers(Connection connection) {
    if (peersExist && !connection.exchange.head.mirrored()) {
      ask(connection, ControlMessages.FIND_PEERS);
    } else {
      notFound(connection);
    }
  }

  private void notFound(Connection connection) {
    if (connection.route == Route.BLOB) {
      String message = "this node does not have the blob";
      responder.unknown(connection, OciErrorCode.BLOB_UNKNOWN, message, OciErrorBody.DETAIL_DIGEST);
    } else {
      String message = "this node does not have the manifest";
      boolean byTag = connection.exchange.target.digest().isEmpty();
      byte[] detail = byTag ? OciErrorBody.DETAIL_TAG : OciErrorBody.DETAIL_DIGEST;
      responder.unknown(connection, OciErrorCode.MANIFEST_UNKNOWN, message, detail);
    }
  }

  private void busy(Connection connection) {
    String message = "this node serves as many transfers as it can; try another one or again";
    responder.error(connection, 503, OciErrorCode.TOOMANYREQUESTS, message);
  }

  /** Passes the request on to the control plane; its reply comes to {@link #onReply}. */
  private void ask(Connection connection, int type) {
    Exchange exchange = connection.exchange;
    RegistryTarget target = exchange.target;
    MemorySegment memory = exchanges.memory();
    control.begin();
    control.text(ControlMessages.TEXT_NAME, memory, target.nameOffset(), target.nameLength());
    control.text(
        ControlMessages.TEXT_NAMESPACE, memory, target.namespaceOffset(), target.namespaceLength());
    control.text(ControlMessages.TEXT_LAST, memory, target.lastOffset(), target.lastLength());
    control.text(
        ControlMessages.TEXT_ARTIFACT_TYPE,
        memory,
        target.artifactTypeOffset(),
        target.artifactTypeLength());
    reference(connection, type);
    boolean byTag = connection.route == Route.MANIFEST && target.digest().isEmpty();
    int flags =
        (connection.headOnly ? ControlMessages.FLAG_HEAD_ONLY : 0)
            | (connection.keepAlive ? 0 : ControlMessages.FLAG_CLOSE)
            | (byTag ? ControlMessages.FLAG_TAG : 0);
    metrics.controlRequest();
    boolean sent =
        control.commit(
            type,
            connection.slot,
            connection.generation,
            connection.requestSequence,
            flags,
            target.n());
    if (!sent) {
      dropBlob(connection);
      busy(connection);
    }
  }

  /** The reference of a control request: as asked for, or the digest that a tag led to. */
  private void reference(Connection connection, int type) {
    Exchange exchange = connection.exchange;
    RegistryTarget target = exchange.target;
    MemorySegment memory = exchanges.memory();
    if (type == ControlMessages.DESCRIBE) {
      long offset = exchange.responseOffset;
      int length = connection.blob.digest().writeText(memory, offset);
      control.text(ControlMessages.TEXT_REFERENCE, memory, offset, length);
    } else {
      control.text(
          ControlMessages.TEXT_REFERENCE,
          memory,
          target.referenceOffset(),
          target.referenceLength());
    }
  }

  @Override
  public boolean onReply(
      int type,
      int slot,
      int generation,
      int sequence,
      int value,
      MemorySegment memory,
      long offset,
      int length) {
    Connection connection = table.get(slot);
    boolean current =
        connection.generation == generation
            && connection.requestSequence == sequence
            && connection.state == Connection.WORKING;
    if (!current) {
      return true;
    }
    switch (type) {
      case ControlMessages.DESCRIBED -> onDescribed(connection, value);
      case ControlMessages.PEERS -> onPeers(connection, memory, offset, value);
      default -> {
        return onComposed(connection, value, memory, offset, length);
      }
    }
    return true;
  }

  private void onDescribed(Connection connection, int mediaType) {
    if (mediaType == NO_MEDIA_TYPE) {
      dropBlob(connection);
      notFound(connection);
    } else {
      connection.blob.mediaType(mediaTypes.bytes(mediaType));
      serve(connection);
    }
  }

  private boolean onComposed(
      Connection connection, int status, MemorySegment memory, long offset, int length) {
    int transfer =
        transfers.startComposed(connection.slot, connection.fd, memory, offset, length, nowNs);
    if (transfer < 0) {
      return false;
    }
    connection.transfer = transfer;
    connection.status = status;
    connection.state = Connection.TRANSFERRING;
    return true;
  }

  private void onPeers(Connection connection, MemorySegment memory, long offset, int count) {
    if (count == 0) {
      notFound(connection);
      return;
    }
    Exchange exchange = connection.exchange;
    RegistryTarget target = exchange.target;
    relays
        .request()
        .compose(
            exchanges.memory(),
            exchange.head,
            connection.route == Route.MANIFEST,
            target.nameOffset(),
            target.nameLength(),
            target.referenceOffset(),
            target.referenceLength(),
            target.namespaceOffset(),
            target.namespaceLength());
    connection.relay = relays.start(connection.slot, connection.fd, memory, offset, count, nowNs);
    if (connection.relay < 0) {
      busy(connection);
    } else {
      connection.state = Connection.RELAYING;
    }
  }

  @Override
  public void onPeerResponse(int requester, PeerResponse response, MemorySegment memory) {
    responder.relayed(table.get(requester), response, memory);
  }

  @Override
  public void onNoPeer(int requester) {
    Connection connection = table.get(requester);
    connection.relay = -1;
    if (connection.state == Connection.CLOSING) {
      clients.closeIfQuiet(connection);
    } else {
      notFound(connection);
    }
  }

  @Override
  public void onHeadSent(Connection connection, long now) {
    nowNs = now;
    if (connection.transfer >= 0) {
      connection.state = Connection.TRANSFERRING;
      clients.releaseExchangeForBody(connection);
      transfers.headSent(connection.transfer, now);
    } else {
      connection.state = Connection.RELAYING;
      clients.releaseExchangeForBody(connection);
      relays.headSent(connection.relay, now);
    }
  }

  @Override
  public void onTransferComplete(int requester) {
    Connection connection = table.get(requester);
    connection.transfer = -1;
    bodyDone(connection);
  }

  @Override
  public void onRelayComplete(int requester) {
    Connection connection = table.get(requester);
    connection.relay = -1;
    bodyDone(connection);
  }

  private void bodyDone(Connection connection) {
    if (connection.state == Connection.CLOSING) {
      clients.closeIfQuiet(connection);
    } else {
      clients.responseDone(connection, nowNs);
    }
  }

  @Override
  public void onTransferAborted(int requester, int reason) {
    Connection connection = table.get(requester);
    connection.transfer = -1;
    bodyFailed(connection, reason);
  }

  @Override
  public void onRelayAborted(int requester, int reason) {
    Connection connection = table.get(requester);
    connection.relay = -1;
    bodyFailed(connection, reason);
  }

  private void bodyFailed(Connection connection, int reason) {
    if (reason == AbortReason.SLOW_CLIENT && connection.fd >= 0) {
      sockets.resetOnClose(connection.fd);
    }
    clients.close(connection, nowNs);
  }

  @Override
  public void onClosing(Connection connection, long now) {
    nowNs = now;
    if (connection.transfer >= 0) {
      transfers.abort(connection.transfer, AbortReason.CLIENT_GONE, now);
    }
    if (connection.relay >= 0) {
      relays.abort(connection.relay, AbortReason.CLIENT_GONE, now);
    }
    if (!connection.awaitingBlob) {
      dropBlob(connection);
    }
  }

  /** The time for what follows; every entry from the loop sets it. */
  void now(long now) {
    nowNs = now;
  }
}
