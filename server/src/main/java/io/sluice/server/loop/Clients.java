package io.sluice.server.loop;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.http.HeadScanner;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.RejectReason;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * The client connections of one loop: receives requests, sends composed responses, enforces
 * time-outs and closes. One request of a connection is answered at a time, so pipelined requests
 * are answered in order, and at most one request buffer of them is held.
 */
final class Clients {
  /** Operation codes of this component: 0x30 to 0x3f. */
  static final int OPERATIONS = 0x30;

  private static final int OP_RECEIVE = 0x30;
  private static final int OP_SEND = 0x31;
  private static final int OP_POLL = 0x32;
  private static final int OP_CLOSE = 0x33;
  private static final int OP_CANCEL = 0x34;

  private static final int POLLIN = 1;
  private static final int MSG_MORE = 0x8000;

  private final Ring ring;
  private final SocketControl sockets;
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
      Ring ring,
      SocketControl sockets,
      ConnectionTable table,
      Exchanges exchanges,
      LoopMetrics metrics,
      Handoff handoff,
      LoopTimeouts timeouts) {
    this.ring = ring;
    this.sockets = sockets;
    this.table = table;
    this.exchanges = exchanges;
    this.metrics = metrics;
    this.handoff = handoff;
    this.timeouts = timeouts;
    this.queued = new WaitQueue(table.capacity());
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
    if (operation == OP_CANCEL || (connection.generation & UserData.MAX_GENERATION) != generation) {
      return;
    }
    switch (operation) {
      case OP_RECEIVE -> onReceive(connection, result);
      case OP_SEND -> onSend(connection, result);
      case OP_POLL -> onPoll(connection, result);
      case OP_CLOSE -> {
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
    send(connection);
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
      cancelPending(connection);
      handler.onClosing(connection, now);
    }
    closeIfQuiet(connection);
  }

  /** Called whenever something that was in flight for a closing connection has ended. */
  void closeIfQuiet(Connection connection) {
    if (connection.state == Connection.CLOSING && connection.fd >= 0 && connection.quiet()) {
      giveUpExchange(connection);
      ring.close(connection.fd, userData(OP_CLOSE, connection));
      connection.fd = -1;
    }
  }

  /** Looks at the deadlines of all connections. */
  void checkDeadlines(long now) {
    nowNs = now;
    boolean revoke = exchanges.scarce();
    for (int slot = 0; slot < table.capacity(); slot++) {
      Connection connection = table.get(slot);
      if (connection.state == Connection.FREE || connection.state == Connection.CLOSING) {
        continue;
      }
      if (now - connection.deadlineNs >= 0) {
        onDeadline(connection);
      } else if (revoke && connection.state == Connection.IDLE && connection.exchange != null) {
        revokeExchange(connection);
      }
    }
  }

  /** While connections wait for an exchange, those that sit on one without need lose it. */
  void relieveExchanges(long now) {
    nowNs = now;
    for (int i = 0; !queued.isEmpty() && i < exchanges.count(); i++) {
      Connection holder = exchanges.get(i).holder;
      if (holder == null || now - holder.requestNs < Limits.EXCHANGE_HOLD_NS) {
        continue;
      }
      if (holder.state == Connection.READING) {
        metrics.requestRejected(RejectReason.HEADER_TIMEOUT);
        close(holder, now);
      } else if (holder.state == Connection.TRANSFERRING || holder.state == Connection.RESPONDING) {
        metrics.requestRejected(RejectReason.PIPELINE_LIMIT);
        sockets.resetOnClose(holder.fd);
        close(holder, now);
      }
    }
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
    connection.deadlineNs = nowNs + timeouts.idleNs();
    if (connection.exchange != null || (exchanges.abound() && claimExchange(connection))) {
      receive(connection);
    } else {
      poll(connection);
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

  private void receive(Connection connection) {
    connection.receiving = true;
    long offset = connection.exchange.requestOffset + connection.have;
    ring.recv(
        connection.fd,
        exchanges.address(offset),
        Limits.REQUEST_HEAD_BYTES - connection.have,
        0,
        userData(OP_RECEIVE, connection));
  }

  private void poll(Connection connection) {
    connection.polling = true;
    ring.pollAdd(connection.fd, POLLIN, userData(OP_POLL, connection));
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
      receive(connection);
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
      poll(connection);
    } else if (result == -Errno.ECANCELED && revoked) {
      onRevoked(connection);
    } else if (result <= 0) {
      close(connection, nowNs);
    } else if (connection.state == Connection.LINGERING) {
      receive(connection);
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
      poll(connection);
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
      receive(connection);
    }
  }

  private void send(Connection connection) {
    connection.sending = true;
    long offset = connection.exchange.responseOffset + connection.sendPosition;
    ring.send(
        connection.fd,
        exchanges.address(offset),
        connection.sendEnd - connection.sendPosition,
        connection.bodyFollows ? MSG_MORE : 0,
        userData(OP_SEND, connection));
  }

  private void onSend(Connection connection, int result) {
    connection.sending = false;
    if (connection.state == Connection.CLOSING) {
      closeIfQuiet(connection);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      send(connection);
    } else if (result <= 0) {
      close(connection, nowNs);
    } else {
      connection.sendPosition += result;
      if (connection.sendPosition < connection.sendEnd) {
        send(connection);
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

  private void onDeadline(Connection connection) {
    switch (connection.state) {
      case Connection.READING -> revokeExchange(connection);
      case Connection.IDLE, Connection.QUEUED, Connection.LINGERING -> close(connection, nowNs);
      case Connection.RESPONDING -> {
        sockets.resetOnClose(connection.fd);
        close(connection, nowNs);
      }
      case Connection.WORKING -> {
        if (!connection.awaitingBlob) {
          handler.onUnreadable(connection, 503, nowNs);
        }
      }
      default -> {}
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
    sockets.shutdownWrite(connection.fd);
    receive(connection);
  }

  /** Calls back the receive, or the poll that follows when a receive had to be tried again. */
  private void revokeExchange(Connection connection) {
    if (!connection.revoking) {
      connection.revoking = true;
      int pending = connection.receiving ? OP_RECEIVE : OP_POLL;
      ring.cancel(userData(pending, connection), userData(OP_CANCEL, connection));
    }
  }

  private void cancelPending(Connection connection) {
    if (connection.receiving) {
      ring.cancel(userData(OP_RECEIVE, connection), userData(OP_CANCEL, connection));
    }
    if (connection.sending) {
      ring.cancel(userData(OP_SEND, connection), userData(OP_CANCEL, connection));
    }
    if (connection.polling) {
      ring.cancel(userData(OP_POLL, connection), userData(OP_CANCEL, connection));
    }
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
      next.deadlineNs = nowNs + timeouts.headerNs();
      receive(next);
    }
  }

  private static long userData(int operation, Connection connection) {
    return UserData.pack(operation, connection.generation, connection.slot);
  }
}
