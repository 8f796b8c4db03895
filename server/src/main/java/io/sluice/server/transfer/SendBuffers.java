package io.sluice.server.transfer;

/**
 * Sets the send buffers of sockets as {@link SendBudget} allows. What was granted to a socket is
 * kept by the caller and passed in again; 0 means nothing was.
 */
public final class SendBuffers {
  private final SocketControl sockets;
  private final SendBudget budget;
  private final int idleBytes;

  /**
   * Creates the means to set send buffers.
   *
   * @param idleBytes {@code SO_SNDBUF} of a connection that sends nothing large
   */
  public SendBuffers(SocketControl sockets, SendBudget budget, int idleBytes) {
    this.sockets = sockets;
    this.budget = budget;
    this.idleBytes = idleBytes;
  }

  /** Grants a buffer for {@code bytes} to come; 0 when the idle one does for so few. */
  public int grant(int fd, long bytes, int sharers) {
    if (bytes < idleBytes / 2) {
      return 0;
    }
    int granted = budget.take(sharers);
    sockets.setSendBuffer(fd, granted);
    return granted;
  }

  /** Follows the number of sharers up and down. */
  public int rebalance(int fd, int granted, int sharers) {
    int fair = budget.fairShare(sharers);
    if (granted == 0 || (granted <= fair && granted > fair / 2)) {
      return granted;
    }
    budget.give(granted);
    int changed = budget.take(sharers);
    if (changed != granted) {
      sockets.setSendBuffer(fd, changed);
    }
    return changed;
  }

  /**
   * A client that does not keep up needs the least buffer. What the kernel holds for it beyond that
   * is its grant until the socket is writable: then {@link #shrunk}.
   */
  void shrink(int fd, int granted) {
    if (granted > budget.least()) {
      sockets.setSendBuffer(fd, budget.least());
    }
  }

  /** The socket is writable after {@link #shrink}: others may have what is beyond the least. */
  int shrunk(int granted) {
    if (granted <= budget.least()) {
      return granted;
    }
    budget.give(granted);
    return budget.takeLeast();
  }

  /**
   * Nothing more will be sent for a grant. When the kernel still holds more than fits into the idle
   * buffer, that is set, so that the socket counts as writable once most of it has gone.
   *
   * @return whether the grant can be given back now; else when the socket is writable
   */
  public boolean drained(int fd, int granted) {
    if (granted == 0 || sockets.outstandingBytes(fd) <= idleBytes) {
      return true;
    }
    sockets.setSendBuffer(fd, idleBytes);
    return false;
  }

  /** Takes a grant back. */
  public void giveBack(int fd, int granted) {
    if (granted > 0) {
      budget.give(granted);
      sockets.setSendBuffer(fd, idleBytes);
    }
  }
}
