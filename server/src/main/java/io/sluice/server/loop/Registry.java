package io.sluice.server.loop;

import io.sluice.server.control.ControlChannel;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.control.ReplyHandler;
import io.sluice.server.http.Credentials;
import io.sluice.server.http.OciErrorCode;
import io.sluice.server.http.RegistryTarget;
import io.sluice.server.http.RequestHead;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.Route;
import io.sluice.server.relay.RelayListener;
import io.sluice.server.relay.RelayNames;
import io.sluice.server.relay.Relays;
import io.sluice.server.transfer.BlobListener;
import io.sluice.server.transfer.OpenBlobs;
import io.sluice.server.transfer.Residency;
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
final class Registry implements RequestHandler, TransferListener, ReplyHandler {
  private static final int NO_MEDIA_TYPE = -1;

  private final Clients clients;
  private final ConnectionTable table;
  private final Exchanges exchanges;
  private final Responder responder;
  private final Refusals refusals;
  private final Questions questions;
  private final MediaTypes mediaTypes;
  private final SocketControl sockets;
  private final BooleanSupplier ready;
  private final boolean peersExist;
  private final Credentials credentials;
  private final LocalContent content;
  private final PeerContent peerContent;
  private Transfers transfers;
  private boolean stopping;
  private long nowNs;

  Registry(
      Clients clients,
      ConnectionTable table,
      Exchanges exchanges,
      ControlChannel control,
      LoopContext context,
      LoopMetrics metrics,
      Residency residency,
      BlobHomes homes) {
    this.clients = clients;
    this.table = table;
    this.exchanges = exchanges;
    this.responder = new Responder(clients, exchanges, residency);
    this.refusals = new Refusals(responder, metrics);
    this.questions = new Questions(control, exchanges, metrics);
    this.content =
        new LocalContent(
            this, clients, table, exchanges, responder, refusals, context.store(), metrics, homes);
    this.peerContent =
        new PeerContent(
            this, clients, table, exchanges, responder, refusals, homes, context.credentials());
    this.mediaTypes = context.mediaTypes();
    this.sockets = context.sockets();
    this.ready = context.ready();
    this.peersExist = context.peersExist();
    this.credentials = context.credentials();
  }

  void components(OpenBlobs openBlobs, Transfers loopTransfers, Relays loopRelays) {
    content.components(openBlobs, loopTransfers);
    peerContent.components(loopRelays);
    transfers = loopTransfers;
  }

  /** Hears how relays go. */
  RelayListener relayListener() {
    return peerContent;
  }

  /** Hears of blobs that had to be opened first. */
  BlobListener blobListener() {
    return content;
  }

  /** From now on responses say that the connection closes. */
  void stop() {
    stopping = true;
    content.stop();
    peerContent.stop();
  }

  void time(long nowEpochSeconds) {
    responder.time(nowEpochSeconds);
  }

  @Override
  public void onRequest(Connection connection, long now) {
    now(now);
    Exchange exchange = connection.exchange;
    RequestHead head = exchange.head;
    int status = head.parse(exchanges.memory(), exchange.requestOffset, connection.headLength);
    connection.headOnly = head.method() == RequestHead.METHOD_HEAD;
    connection.keepAlive = status == 0 && head.keepAlive() && !stopping;
    connection.route = Route.OTHER;
    if (status != 0) {
      refusals.badHead(connection, status, head);
    } else if (head.method() == RequestHead.METHOD_OTHER) {
      refusals.badMethod(connection);
    } else {
      exchange.kind = exchange.target.parse(exchanges.memory(), head);
      if (isAllowed(exchange)) {
        route(connection);
      } else {
        refusals.unauthorized(connection);
      }
    }
  }

  /** Health is for everybody: a kubelet has no credentials. */
  private boolean isAllowed(Exchange exchange) {
    return exchange.kind == RegistryTarget.LIVEZ
        || exchange.kind == RegistryTarget.READYZ
        || credentials.allow(exchanges.memory(), exchange.head);
  }

  @Override
  public void onUnreadable(Connection connection, int code, long now) {
    now(now);
    content.forget(connection);
    peerContent.forget(connection);
    refusals.unreadable(connection, code);
  }

  /** Sets in motion what answers the request in the connection's exchange. */
  void route(Connection connection) {
    RegistryTarget target = connection.exchange.target;
    switch (connection.exchange.kind) {
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
        content.open(connection, target.digest());
      }
      case RegistryTarget.MANIFEST_BY_DIGEST -> {
        connection.route = Route.MANIFEST;
        content.open(connection, target.digest());
      }
      case RegistryTarget.MANIFEST_BY_TAG -> {
        connection.route = Route.MANIFEST;
        content.openByTag(connection);
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
      default -> refusals.nothingHere(connection);
    }
  }

  private void readiness(Connection connection) {
    if (ready.getAsBoolean() && !stopping) {
      responder.empty(connection);
    } else {
      responder.error(connection, 500, OciErrorCode.UNKNOWN, "this node is not ready");
    }
  }

  /** What is asked for is not here: looks elsewhere, where that is allowed. */
  void findPeers(Connection connection) {
    if (peersExist && !connection.exchange.head.mirrored()) {
      peerContent.find(connection);
    } else {
      refusals.notFound(connection);
    }
  }

  /** Asks the control plane who else has what a connection's relay fetches. */
  boolean askPeers(Connection connection, RelayNames names) {
    return questions.askPeers(connection, names);
  }

  /** Asks the control plane; its reply comes to {@link #onReply}. */
  void ask(Connection connection, int type) {
    if (!questions.ask(connection, type)) {
      content.dropBlob(connection);
      refusals.busy(connection);
    }
  }

  /** Has it logged that a blob cannot be read; its digest lies in memory. */
  void reportUnreadable(MemorySegment memory, long offset, int length, int errno) {
    questions.reportUnreadable(memory, offset, length, errno);
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
            && (connection.state == Connection.WORKING || connection.relay >= 0);
    if (!current) {
      return true;
    }
    switch (type) {
      case ControlMessages.DESCRIBED -> onDescribed(connection, value);
      case ControlMessages.PEERS -> peerContent.onPeers(connection, memory, offset, value);
      case ControlMessages.PEERS_END -> peerContent.onPeersEnd(connection, value == 1);
      default -> {
        return onComposed(connection, value, memory, offset, length);
      }
    }
    return true;
  }

  private void onDescribed(Connection connection, int mediaType) {
    if (mediaType == NO_MEDIA_TYPE) {
      content.dropBlob(connection);
      refusals.notFound(connection);
    } else {
      connection.blob.mediaType(mediaTypes.bytes(mediaType));
      content.serve(connection);
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

  @Override
  public void onHeadSent(Connection connection, long now) {
    now(now);
    if (connection.transfer >= 0) {
      connection.state = Connection.TRANSFERRING;
      clients.releaseExchangeForBody(connection);
      transfers.headSent(connection.transfer, now);
    } else {
      peerContent.headSent(connection);
    }
  }

  @Override
  public void onTransferComplete(int requester) {
    Connection connection = table.get(requester);
    connection.transfer = -1;
    bodyDone(connection);
    bodyEnded();
  }

  /** A slot is free: who has waited longest for one begins. */
  void bodyEnded() {
    content.bodyEnded();
    peerContent.bodyEnded();
  }

  /** A body has left completely. */
  void bodyDone(Connection connection) {
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
    bodyEnded();
  }

  /** A body was broken off; {@code reason} is an {@link AbortReason}. */
  void bodyFailed(Connection connection, int reason) {
    if (reason == AbortReason.SLOW_CLIENT && connection.fd >= 0) {
      sockets.resetOnClose(connection.fd);
    }
    clients.close(connection, nowNs);
  }

  @Override
  public void onClosing(Connection connection, long now) {
    now(now);
    if (connection.transfer >= 0) {
      transfers.abort(connection.transfer, AbortReason.CLIENT_GONE, now);
    }
    peerContent.forget(connection);
    content.forget(connection);
  }

  /** The time for what follows; every entry from the loop sets it. */
  void now(long now) {
    nowNs = now;
    content.now(now);
    peerContent.now(now);
  }
}
