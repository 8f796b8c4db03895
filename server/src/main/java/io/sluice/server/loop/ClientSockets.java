package io.sluice.server.loop;

import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.transfer.SocketControl;

/** What is asked of the kernel for client connections; {@link Clients} decides what and when. */
final class ClientSockets {
  /** Operation codes of this component: 0x30 to 0x3f. */
  static final int OPERATIONS = 0x30;

  static final int OP_RECEIVE = 0x30;
  static final int OP_SEND = 0x31;
  static final int OP_POLL = 0x32;
  static final int OP_CLOSE = 0x33;
  static final int OP_CANCEL = 0x34;

  private static final int POLLIN = 1;
  private static final int MSG_MORE = 0x8000;

  private final Ring ring;
  private final SocketControl control;
  private final Exchanges exchanges;

  ClientSockets(Ring ring, SocketControl control, Exchanges exchanges) {
    this.ring = ring;
    this.control = control;
    this.exchanges = exchanges;
  }

  /** Receives behind what the connection has of a request; it holds an exchange. */
  void receive(Connection connection) {
    connection.receiving = true;
    long offset = connection.exchange.requestOffset + connection.have;
    ring.recv(
        connection.fd,
        exchanges.address(offset),
        Limits.REQUEST_HEAD_BYTES - connection.have,
        0,
        userData(OP_RECEIVE, connection));
  }

  /** Waits for bytes without holding memory. */
  void poll(Connection connection) {
    connection.polling = true;
    ring.pollAdd(connection.fd, POLLIN, userData(OP_POLL, connection));
  }

  /** Sends what is left of the composed response. */
  void send(Connection connection) {
    connection.sending = true;
    long offset = connection.exchange.responseOffset + connection.sendPosition;
    ring.send(
        connection.fd,
        exchanges.address(offset),
        connection.sendEnd - connection.sendPosition,
        connection.bodyFollows ? MSG_MORE : 0,
        userData(OP_SEND, connection));
  }

  /** Calls back the receive, or the poll that follows when a receive had to be tried again. */
  void callBack(Connection connection) {
    if (!connection.revoking) {
      connection.revoking = true;
      cancel(connection.receiving ? OP_RECEIVE : OP_POLL, connection);
    }
  }

  /** Calls back everything that is in flight. */
  void cancelPending(Connection connection) {
    if (connection.receiving) {
      cancel(OP_RECEIVE, connection);
    }
    if (connection.sending) {
      cancel(OP_SEND, connection);
    }
    if (connection.polling) {
      cancel(OP_POLL, connection);
    }
  }

  private void cancel(int operation, Connection connection) {
    ring.cancel(userData(operation, connection), userData(OP_CANCEL, connection));
  }

  /** Closes the descriptor; nothing may be in flight. */
  void close(Connection connection) {
    ring.close(connection.fd, userData(OP_CLOSE, connection));
    connection.fd = -1;
  }

  /** Drops what is queued when the connection closes, and resets it. */
  void resetOnClose(Connection connection) {
    control.resetOnClose(connection.fd);
  }

  /** Tells the client that nothing follows. */
  void shutdownWrite(Connection connection) {
    control.shutdownWrite(connection.fd);
  }

  private static long userData(int operation, Connection connection) {
    return UserData.pack(operation, connection.generation, connection.slot);
  }
}
