package io.sluice.server.relay;

import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.transfer.SocketControl;

/**
 * The sockets of one loop's calls: new ones, and those that an earlier call has left open. Each has
 * a receive buffer out of the loop's budget while it is used.
 */
final class PeerSockets {
  private static final long CLOSE = UserData.pack(Calls.OP_CLOSE, 0, 0);

  private final Ring ring;
  private final SocketControl sockets;
  private final ReceiveBudget budget;
  private final IdlePeers idle;

  /**
   * Creates them; none is open.
   *
   * @param budget what the kernel may keep of what peers send
   */
  PeerSockets(Ring ring, SocketControl sockets, ReceiveBudget budget) {
    this.ring = ring;
    this.sockets = sockets;
    this.budget = budget;
    this.idle = new IdlePeers(ring, Limits.PEER_IDLE_CONNECTIONS, CLOSE);
  }

  /**
   * Gives a call a socket: one that is connected to its peer already, or a new one.
   *
   * @param races whether its fetch has a call already
   * @return 0, or {@code -errno} when there is none to be had
   */
  int take(Call call, boolean races) {
    call.races = races;
    budget.racing(races ? 1 : 0);
    call.receiveBufferBytes = budget.take();
    call.lowWater = 1;
    call.fd = idle.take(call.address);
    call.reused = call.fd >= 0;
    if (call.reused) {
      sockets.setReceiveBuffer(call.fd, call.receiveBufferBytes);
      return 0;
    }
    int error = open(call);
    if (error != 0) {
      leave(call);
    }
    return error;
  }

  /**
   * The peer has closed the connection that the call was to use again: opens a new socket.
   *
   * @return 0, or {@code -errno}; the call has no socket then
   */
  int replace(Call call) {
    idle.forget(call.address);
    close(call);
    call.reused = false;
    return open(call);
  }

  private int open(Call call) {
    int fd = sockets.openTcp(call.address.family(), call.receiveBufferBytes);
    call.fd = Math.max(fd, -1);
    return Math.min(fd, 0);
  }

  /** Waking up for every segment costs more CPU; but the end of a body must not wait for more. */
  void lowWater(Call call, int bytes) {
    if (call.lowWater != bytes) {
      call.lowWater = bytes;
      sockets.setReceiveLowWater(call.fd, bytes);
    }
  }

  /**
   * The call is over and has received all of its answer: another one may use its connection. A peer
   * that sends without being asked meanwhile finds little room.
   */
  void keep(Call call, long nowNs) {
    lowWater(call, 1);
    sockets.setReceiveBuffer(call.fd, Limits.PEER_RECEIVE_IDLE_BYTES);
    idle.put(call.fd, call.address, nowNs);
    call.fd = -1;
  }

  /** The call has won: it is the only one of its fetch. */
  void won(Call call) {
    budget.racing(call.races ? -1 : 0);
    call.races = false;
  }

  /** The call receives no more. */
  void leave(Call call) {
    won(call);
    budget.give(call.receiveBufferBytes);
  }

  /** Closes the call's socket, if it has one. */
  void close(Call call) {
    if (call.fd >= 0) {
      ring.close(call.fd, CLOSE);
      call.fd = -1;
    }
  }

  /** No connection to the call's peer is used again. */
  void forget(Call call) {
    idle.forget(call.address);
  }

  /** Closes connections that nobody has used for long. */
  void expire(long nowNs) {
    idle.expire(nowNs);
  }

  /** Closes idle connections, for good. */
  void stop() {
    idle.stop();
  }
}
