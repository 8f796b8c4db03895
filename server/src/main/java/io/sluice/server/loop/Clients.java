package io.sluice.server.loop;

import io.sluice.linux.Errno;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.http.HeadScanner;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * The client connections of one loop: receives requests, sends composed responses, and closes. One
 * request of a connection is answered at a time, so pipelined requests are answered in order, and
 * at most one request buffer of them is held.
 */
final class Clients {
  /** Operation codes of this component: 0x30 to 0x3f. */
  static final int OPERATIONS = ClientSockets.OPERATIONS;

  private final ClientSockets sockets;
  private final ConnectionTable table;
  private final Exchanges exchanges;
  private final LoopMetrics metrics;
  private final Handoff handoff;
  private final LoopTimeouts timeouts;
  private final WaitQueue queued;
  private RequestHandler handler;
  private boolean stopping;
  private long nowNs;

  Clients(
      ClientSockets sockets,
      ConnectionTable table,
      Exchanges exchanges,
      LoopMetrics metrics,
      Handoff handoff,
      LoopTimeouts timeouts) {
    this.sockets = sockets;
    this.table = table;
    this.exchanges = exchanges;
    this.metrics = metrics;
    this.handoff = handoff;
    this.timeouts = timeouts;
    this.queued = new WaitQueue(table.capacity());
  }

  /** Whether connections wait for an exchange. */
  boolean exchangesWanted() {
    return !queued.isEmpty();
  }

  void handler(RequestHandler requestHandler) {
    this.handler = requestHandler;
  }

  /**
   * Takes over a connection: one that was just accepted, to be closed at once when the loop is
   * about to end, or one of another loop's with a request, which is answered in any case.
   *
   * @param request where {@code received} bytes of the request lie at {@code offset}; there must be
   *     a free exchange for them
   * @param received 0 for a socket that was just accepted
   * @return false when there is no slot for it
   */
  boolean open(int fd, MemorySegment request, long offset, int received, long now) {
    nowNs = now;
    Connection connection = table.claim(fd);
    if (connection == null) {
      return false;
    }
    if (received > 0) {
      metrics.connectionMovedIn();
      claimExchange(connection);
      long start = connection.exchange.requestOffset;
      MemorySegment.copy(request, offset, exchanges.memory(), start, received);
      connection.have = received;
      beginRequest(connection);
      advance(connection);
      return true;
    }
    metrics.connectionOpened();
    if (stopping) {
      close(connection, now);
    } else {
      awaitRequest(connection);
    }
    return true;
  }

  /**
   * Gives a connection with its request to another loop; nothing of it may be in flight.
   *
   * @return false when the other loop cannot take it; nothing has changed then
   */
  boolean moveTo(Handoff loop, Connection connection) {
    long start = connection.exchange.requestOffset;
    if (!loop.offer(connection.fd, exchanges.memory(), start, connection.have)) {
      return false;
    }
    giveUpExchange(connection);
    table.free(connection);
    handoff.onGone();
    metrics.connectionMovedOut();
    return true;
  }

  void onCompletion(int operation, int slot, int generation, int result, long now) {
    nowNs = now;
    Connection connection = table.get(slot);
    if (operation == ClientSockets.OP_CANCEL
        || (connection.generation & UserData.MAX_GENERATION) != generation) {
      return;
    }
    switch (operation) {
      case ClientSockets.OP_RECEIVE -> onReceive(connection, result);
      case ClientSockets.OP_SEND -> onSend(connection, result);
      case ClientSockets.OP_POLL -> onPoll(connection, result);
      case ClientSockets.OP_CLOSE -> {
        table.free(connection);
        handoff.onGone();
        metrics.connectionClosed();
      }
      default -> throw new IllegalStateException("operation " + operation);
    }
  }

  /** Sends what was composed: {@code length} bytes of the exchange's response buffer. */
  void respond(Connection connection, int length, boolean bodyFollows) {
    connection.state = Connection.RESPONDING;
    connection.bodyFollows = bodyFollows;
    connection.sendPosition = 0;
    connection.sendEnd = length;
    connection.deadlineNs = nowNs + timeouts.progressNs();
    sockets.send(connection);
  }

  /** The whole response has left: go on with the next request, or close. */
  void responseDone(Connection connection, long now) {
    nowNs = now;
    reportFirstByte(connection);
    if (!connection.keepAlive || stopping) {
      lingerOrClose(connection);
      return;
    }
    if (connection.exchange == null) {
      awaitRequest(connection);
      return;
    }
    int rest = connection.have - connection.headLength;
    if (rest > 0) {
      MemorySegment memory = exchanges.memory();
      long start = connection.exchange.requestOffset;
      MemorySegment.copy(memory, start + connection.headLength, memory, start, rest);
    }
    connection.have = rest;
    connection.scanned = 0;
    if (rest > 0) {
      beginRequest(connection);
      advance(connection);
    } else if (exchanges.abound()) {
      awaitRequest(connection);
    } else {
      giveUpExchange(connection);
      awaitRequest(connection);
    }
  }

  /** A body follows that needs neither the request nor the head any more. */
  void releaseExchangeForBody(Connection connection) {
    if (connection.exchange != null && connection.have == connection.headLength) {
      connection.have = 0;
      connection.scanned = 0;
      giveUpExchange(connection);
    }
  }

  /** Closes the connection as soon as nothing is in flight for it. */
  void close(Connection connection, long now) {
    nowNs = now;
    if (connection.state == Connection.FREE) {
      return;
    }
    if (connection.state != Connection.CLOSING) {
      queued.remove(connection.slot);
      connection.state = Connection.CLOSING;
      sockets.cancelPending(connection);
      handler.onClosing(connection, now);
    }
    closeIfQuiet(connection);
  }

  /** Called whenever something that was in flight for a closing connection has ended. */
  void closeIfQuiet(Connection connection) {
    if (connection.state == Connection.CLOSING && connection.fd >= 0 && connection.quiet()) {
      giveUpExchange(connection);
      sockets.close(connection);
    }
  }

  /** The request takes too long to answer. */
  void giveUpWork(Connection connection, long now) {
    nowNs = now;
    handler.onUnreadable(connection, 503, now);
  }

  /** From now on every connection closes after its present response; idle ones at once. */
  void stop(long now) {
    nowNs = now;
    stopping = true;
    for (int slot = 0; slot < table.capacity(); slot++) {
      Connection connection = table.get(slot);
      if (connection.state == Connection.IDLE || connection.state == Connection.QUEUED) {
        close(connection, now);
      }
    }
  }

  /** Closes everything at once, whatever is under way. */
  void closeAll(long now) {
    for (int slot = 0; slot < table.capacity(); slot++) {
      close(table.get(slot), now);
    }
  }

  private void awaitRequest(Connection connection) {
    connection.state = Connection.IDLE;
    connection.idleSinceNs = nowNs;
    connection.deadlineNs = nowNs + timeouts.idleNs();
    if (connection.exchange != null || (exchanges.abound() && claimExchange(connection))) {
      sockets.receive(connection);
    } else {
      sockets.poll(connection);
    }
  }

  private boolean claimExchange(Connection connection) {
    return exchanges.claim(connection) != null;
  }

  private void beginRequest(Connection connection) {
    connection.state = Connection.READING;
    connection.requestNs = nowNs;
    connection.deadlineNs = nowNs + timeouts.headerNs();
  }

  private void onPoll(Connection connection, int result) {
    connection.polling = false;
    boolean revoked = connection.revoking;
    connection.revoking = false;
    if (connection.state == Connection.CLOSING) {
      closeIfQuiet(connection);
    } else if (result == -Errno.ECANCELED && revoked) {
      onRevoked(connection);
    } else if (result < 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
      close(connection, nowNs);
    } else if (connection.exchange != null || claimExchange(connection)) {
      sockets.receive(connection);
    } else {
      enqueue(connection);
    }
  }

  private void onReceive(Connection connection, int result) {
    connection.receiving = false;
    boolean revoked = connection.revoking;
    connection.revoking = false;
    if (connection.state == Connection.CLOSING) {
      closeIfQuiet(connection);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      sockets.poll(connection);
    } else if (result == -Errno.ECANCELED && revoked) {
      onRevoked(connection);
    } else if (result <= 0) {
      close(connection, nowNs);
    } else if (connection.state == Connection.LINGERING) {
      sockets.receive(connection);
    } else {
      if (connection.have == 0) {
        beginRequest(connection);
      }
      connection.have += result;
      advance(connection);
    }
  }

  /**
   * What waits for a request was called back: it came too slowly, or the exchange is wanted
   * elsewhere.
   */
  private void onRevoked(Connection connection) {
    if (connection.state == Connection.READING) {
      connection.state = Connection.WORKING;
      handler.onUnreadable(connection, 408, nowNs);
    } else {
      giveUpExchange(connection);
      sockets.poll(connection);
    }
  }

  private void advance(Connection connection) {
    long start = connection.exchange.requestOffset;
    int length = HeadScanner.scan(exchanges.memory(), start, connection.have, connection.scanned);
    if (length > 0) {
      connection.headLength = length;
      connection.requestSequence++;
      connection.state = Connection.WORKING;
      connection.firstByteReported = false;
      connection.deadlineNs = nowNs + timeouts.workNs();
      handler.onRequest(connection, nowNs);
    } else if (length < 0) {
      connection.state = Connection.WORKING;
      handler.onUnreadable(connection, length, nowNs);
    } else if (connection.have == Limits.REQUEST_HEAD_BYTES) {
      connection.state = Connection.WORKING;
      handler.onUnreadable(connection, 431, nowNs);
    } else {
      connection.scanned = connection.have;
      sockets.receive(connection);
    }
  }

  private void onSend(Connection connection, int result) {
    connection.sending = false;
    if (connection.state == Connection.CLOSING) {
      closeIfQuiet(connection);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      sockets.send(connection);
    } else if (result <= 0) {
      close(connection, nowNs);
    } else {
      connection.sendPosition += result;
      if (connection.sendPosition < connection.sendEnd) {
        sockets.send(connection);
      } else {
        headDone(connection);
      }
    }
  }

  private void headDone(Connection connection) {
    reportFirstByte(connection);
    if (connection.transfer >= 0 || connection.relay >= 0) {
      handler.onHeadSent(connection, nowNs);
    } else {
      responseDone(connection, nowNs);
    }
  }

  private void reportFirstByte(Connection connection) {
    if (!connection.firstByteReported) {
      connection.firstByteReported = true;
      metrics.requestCompleted(connection.route, connection.status, nowNs - connection.requestNs);
    }
  }

  /** Reads on for a moment, so that a reset does not overtake the response on its way. */
  private void lingerOrClose(Connection connection) {
    if (connection.exchange == null && !claimExchange(connection)) {
      close(connection, nowNs);
      return;
    }
    connection.state = Connection.LINGERING;
    connection.deadlineNs = nowNs + Limits.LINGER_NS;
    connection.have = 0;
    sockets.shutdownWrite(connection);
    sockets.receive(connection);
  }

  private void enqueue(Connection connection) {
    connection.state = Connection.QUEUED;
    connection.deadlineNs = nowNs + timeouts.headerNs();
    queued.add(connection.slot);
  }

  private void giveUpExchange(Connection connection) {
    exchanges.free(connection);
    if (!queued.isEmpty() && exchanges.freeCount() > 0) {
      Connection next = table.get(queued.poll());
      claimExchange(next);
      next.state = Connection.IDLE;
      next.idleSinceNs = nowNs;
      next.deadlineNs = nowNs + timeouts.headerNs();
      sockets.receive(next);
    }
  }
}
