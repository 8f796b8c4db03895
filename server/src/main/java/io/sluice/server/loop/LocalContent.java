package io.sluice.server.loop;

import io.sluice.linux.Errno;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.EntityTags;
import io.sluice.server.http.HttpHeader;
import io.sluice.server.http.RegistryTarget;
import io.sluice.server.http.RequestHead;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.Route;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Catalog;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import io.sluice.server.transfer.BlobListener;
import io.sluice.server.transfer.OpenBlob;
import io.sluice.server.transfer.OpenBlobs;
import io.sluice.server.transfer.Transfers;
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * Serves what this node has: finds tags in the catalog, opens blobs, and begins their transfer with
 * the right head. What turns out not to be here goes back to {@link Registry#findPeers}.
 */
final class LocalContent implements BlobListener {
  private final Registry registry;
  private final Clients clients;
  private final ConnectionTable table;
  private final Exchanges exchanges;
  private final Responder responder;
  private final Refusals refusals;
  private final BlobStore store;
  private final LoopMetrics metrics;
  private final BlobHomes homes;
  private boolean stopping;
  private final DigestKey digest = new DigestKey();
  private final long[] digestTable = new long[DigestKey.TABLE_STRIDE];

  /** Connections whose blob is open and for which there is no transfer free. */
  private final WaitQueue waiting;

  private OpenBlobs blobs;
  private Transfers transfers;
  private long nowNs;

  LocalContent(
      Registry registry,
      Clients clients,
      ConnectionTable table,
      Exchanges exchanges,
      Responder responder,
      Refusals refusals,
      BlobStore store,
      LoopMetrics metrics,
      BlobHomes homes) {
    this.registry = registry;
    this.clients = clients;
    this.table = table;
    this.exchanges = exchanges;
    this.responder = responder;
    this.refusals = refusals;
    this.store = store;
    this.metrics = metrics;
    this.homes = homes;
    this.waiting = new WaitQueue(table.capacity());
  }

  void components(OpenBlobs openBlobs, Transfers loopTransfers) {
    blobs = openBlobs;
    transfers = loopTransfers;
  }

  /** The time for what follows; every entry from the loop sets it. */
  void now(long now) {
    nowNs = now;
  }

  /** Serves the manifest that a tag leads to. */
  void openByTag(Connection connection) {
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
      refusals.ambiguous(connection);
    } else if (entry == Catalog.NOT_FOUND) {
      registry.findPeers(connection);
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

  /** Serves a blob or manifest by digest. */
  void open(Connection connection, DigestKey key) {
    if (store.catalog().isClosed() && findInCatalog(key) < 0) {
      registry.findPeers(connection);
      return;
    }
    int index = blobs.acquire(key, connection.slot, nowNs);
    if (index == OpenBlobs.PENDING) {
      connection.awaitingBlob = true;
    } else if (index == OpenBlobs.FULL) {
      refusals.busy(connection);
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
      registry.route(connection);
    } else if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM) {
      refusals.busy(connection);
    } else {
      registry.findPeers(connection);
    }
  }

  @Override
  public void onBlobUnreadable(OpenBlob blob, int errno) {
    int length = blob.digest().textLength();
    registry.reportUnreadable(blobs.scratch(), blobs.digestOffset(blob), length, errno);
  }

  /** The blob is open and this connection holds a use of it. */
  void serve(Connection connection) {
    OpenBlob blob = connection.blob;
    if (connection.route == Route.MANIFEST && blob.mediaType() == null) {
      int entry = findInCatalog(blob.digest());
      if (entry < 0) {
        registry.ask(connection, ControlMessages.DESCRIBE);
        return;
      }
      blob.mediaType(store.catalog().mediaType(entry));
    }
    if (connection.route == Route.MANIFEST && !MediaType.isManifest(blob.mediaType())) {
      dropBlob(connection);
      refusals.notFound(connection);
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
    ByteRange range = EntityTags.heededRange(exchanges.memory(), head, blob.digest());
    if (range == null || range.resolve(blob.sizeBytes())) {
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
    boolean local = !connection.exchange.head.mirrored();
    if (connection.headOnly || last < first) {
      responder.content(connection, blob, mediaType, range);
      dropBlob(connection);
    } else if (responder.contentAtOnce(connection, blob, mediaType, range)) {
      metrics.bytesServed(ByteSource.PAGE_CACHE, last - first + 1);
      if (local) {
        metrics.deliveredFromStore(blob.digest(), last - first + 1);
      }
      dropBlob(connection);
    } else if (!moves(connection, first, last)) {
      transfer(connection, mediaType, range, first, last);
    }
  }

  /** Whether the connection has gone to the loop that reads the blob. */
  private boolean moves(Connection connection, long first, long last) {
    if (stopping || connection.route != Route.BLOB) {
      return false;
    }
    OpenBlob blob = connection.blob;
    Handoff home = homes.elsewhere(blob, first, last);
    if (home == null || !clients.moveTo(home, connection)) {
      return false;
    }
    connection.blob = null;
    blobs.release(blob, nowNs);
    return true;
  }

  private void transfer(
      Connection connection, byte[] mediaType, ByteRange range, long first, long last) {
    if (!transfers.hasRoom()) {
      waitForTransfer(connection);
      return;
    }
    OpenBlob blob = connection.blob;
    boolean local = !connection.exchange.head.mirrored();
    connection.transfer =
        transfers.start(connection.slot, connection.fd, blob, first, last, local, nowNs);
    connection.blob = null;
    responder.content(connection, blob, mediaType, range);
  }

  /** A client of this node waits; a peer can ask somebody else, and is told so at once. */
  private void waitForTransfer(Connection connection) {
    if (connection.exchange.head.mirrored()) {
      dropBlob(connection);
      refusals.busy(connection);
    } else {
      waiting.add(connection.slot);
    }
  }

  /** From now on no connection moves to another loop. */
  void stop() {
    stopping = true;
  }

  /** Who has waited longest for a slot begins. */
  void bodyEnded() {
    while (!waiting.isEmpty() && transfers.hasRoom()) {
      serve(table.get(waiting.poll()));
    }
  }

  /** The connection will not be served: it is told so, or closes. */
  void forget(Connection connection) {
    waiting.remove(connection.slot);
    if (!connection.awaitingBlob) {
      dropBlob(connection);
    }
  }

  private int findInCatalog(DigestKey key) {
    key.copyTo(digestTable, 0);
    return store.catalog().findDigest((int) digestTable[0], digestTable, 1);
  }

  /** Ends the connection's use of its blob, if it has one. */
  void dropBlob(Connection connection) {
    if (connection.blob != null) {
      blobs.release(connection.blob, nowNs);
      connection.blob = null;
    }
  }
}
