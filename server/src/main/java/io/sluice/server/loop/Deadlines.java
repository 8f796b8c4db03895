package io.sluice.server.loop;

import io.sluice.server.config.Limits;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.RejectReason;

/** Ends what takes too long on the client connections of one loop. */
final class Deadlines {
  private final Clients clients;
  private final ClientSockets sockets;
  private final ConnectionTable table;
  private final Exchanges exchanges;
  private final LoopMetrics metrics;

  Deadlines(
      Clients clients,
      ClientSockets sockets,
      ConnectionTable table,
      Exchanges exchanges,
      LoopMetrics metrics) {
    this.clients = clients;
    this.sockets = sockets;
    this.table = table;
    this.exchanges = exchanges;
    this.metrics = metrics;
  }

  /** Looks at the deadlines of all connections. */
  void check(long now) {
    boolean revoke = exchanges.scarce();
    boolean crowded = table.isCrowded();
    for (int slot = 0; slot < table.capacity(); slot++) {
      Connection connection = table.get(slot);
      if (connection.state == Connection.FREE || connection.state == Connection.CLOSING) {
        continue;
      }
      if (now - connection.deadlineNs >= 0) {
        onDeadline(connection, now);
      } else if (crowded && hasIdled(connection, now)) {
        clients.close(connection, now);
      } else if (revoke && connection.state == Connection.IDLE && connection.exchange != null) {
        sockets.callBack(connection);
      }
    }
  }

  /** Whether its place is better given to somebody who comes. */
  private boolean hasIdled(Connection connection, long now) {
    return connection.state == Connection.IDLE
        && now - connection.idleSinceNs >= Limits.IDLE_TIMEOUT_CROWDED_NS;
  }

  /** While connections wait for an exchange, those that sit on one without need lose it. */
  void relieveExchanges(long now) {
    for (int i = 0; clients.exchangesWanted() && i < exchanges.count(); i++) {
      Connection holder = exchanges.get(i).holder;
      if (holder == null || now - holder.requestNs < Limits.EXCHANGE_HOLD_NS) {
        continue;
      }
      if (holder.state == Connection.READING) {
        metrics.requestRejected(RejectReason.HEADER_TIMEOUT);
        clients.close(holder, now);
      } else if (holder.state == Connection.TRANSFERRING || holder.state == Connection.RESPONDING) {
        metrics.requestRejected(RejectReason.PIPELINE_LIMIT);
        sockets.resetOnClose(holder);
        clients.close(holder, now);
      }
    }
  }

  private void onDeadline(Connection connection, long now) {
    switch (connection.state) {
      case Connection.READING -> sockets.callBack(connection);
      case Connection.IDLE, Connection.QUEUED, Connection.LINGERING ->
          clients.close(connection, now);
      case Connection.RESPONDING -> {
        sockets.resetOnClose(connection);
        clients.close(connection, now);
      }
      case Connection.WORKING -> {
        if (!connection.awaitingBlob) {
          clients.giveUpWork(connection, now);
        }
      }
      default -> {}
    }
  }
}
