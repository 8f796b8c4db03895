package io.sluice.server.relay;

import io.sluice.server.transfer.SocketControl;

/** The pipes of one loop: opened when they are first needed, kept until the loop ends. */
final class PipePool {
  static final long NONE = -1;

  /** When no pipe is to be had, after this time it is tried again. */
  private static final long RETRY_NS = 1_000_000_000L;

  private final SocketControl sockets;
  private final int bytes;
  private final long[] free;
  private int freeCount;
  private int openCount;
  private boolean refused;
  private long refusedNs;

  /**
   * Creates a pool.
   *
   * @param capacity most pipes
   * @param bytes of each
   */
  PipePool(SocketControl sockets, int capacity, int bytes) {
    this.sockets = sockets;
    this.bytes = bytes;
    this.free = new long[capacity];
  }

  /** Capacity of each pipe. */
  int bytes() {
    return bytes;
  }

  /** Whether {@link #take} is worth a try. */
  boolean mayHave(long nowNs) {
    boolean patient = !refused || nowNs - refusedNs >= RETRY_NS;
    return freeCount > 0 || (openCount < free.length && patient);
  }

  /** An empty pipe, or {@link #NONE}. */
  long take(long nowNs) {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    if (!mayHave(nowNs)) {
      return NONE;
    }
    long pipe = sockets.openPipe(bytes);
    refused = pipe < 0;
    refusedNs = nowNs;
    openCount += refused ? 0 : 1;
    return refused ? NONE : pipe;
  }

  /** Takes a pipe back; one with something in it is closed. */
  void give(long pipe, boolean empty) {
    if (empty) {
      free[freeCount++] = pipe;
    } else {
      sockets.closePipe(pipe);
      openCount--;
    }
  }

  /** Closes all pipes that are not in use. */
  void close() {
    while (freeCount > 0) {
      sockets.closePipe(free[--freeCount]);
      openCount--;
    }
  }
}
