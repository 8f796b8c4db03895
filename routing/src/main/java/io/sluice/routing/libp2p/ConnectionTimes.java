package io.sluice.routing.libp2p;

/** When what happened on a connection, and what has not happened for too long. */
final class ConnectionTimes {
  private final long createdNs;
  private long openedNs;
  private long usedNs;
  private long receivedNs;
  private long frames;
  private long sentNs;
  private long pingedNs;
  private boolean pinged;

  ConnectionTimes(long nowNs) {
    createdNs = nowNs;
    receivedNs = nowNs;
    usedNs = nowNs;
    sentNs = nowNs;
  }

  void opened(long nowNs) {
    openedNs = nowNs;
    usedNs = nowNs;
  }

  long openedNs() {
    return openedNs;
  }

  /** A stream was opened or has moved bytes. */
  void used(long nowNs) {
    usedNs = nowNs;
  }

  long usedNs() {
    return usedNs;
  }

  /**
   * Bytes have arrived.
   *
   * @param framesSoFar whole ones: others prove nothing
   */
  void received(long nowNs, long framesSoFar) {
    if (framesSoFar != frames) {
      frames = framesSoFar;
      receivedNs = nowNs;
      pinged = false;
    }
  }

  /** The link has taken bytes, or was free to. */
  void sent(long nowNs) {
    sentNs = nowNs;
  }

  /** Whether the peer has to give a sign of life; asked once until it does. */
  boolean isPingDue(long nowNs) {
    boolean due = !pinged && nowNs - receivedNs > HostLimits.KEEPALIVE_NS;
    if (due) {
      pinged = true;
      pingedNs = nowNs;
    }
    return due;
  }

  /** Why the connection has to be closed; null when nothing has taken too long. */
  String late(long nowNs, boolean open, boolean withinFrame, boolean unsent) {
    if (!open) {
      return nowNs - createdNs > HostLimits.HANDSHAKE_NS
          ? "the handshake is not completed in time"
          : null;
    }
    if (withinFrame && nowNs - receivedNs > HostLimits.STALL_NS) {
      return "the peer does not complete a frame";
    }
    if (!unsent) {
      sentNs = nowNs;
    } else if (nowNs - sentNs > HostLimits.STALL_NS) {
      return "the peer takes no bytes";
    }
    if (pinged && nowNs - pingedNs > HostLimits.STALL_NS) {
      return "the peer gives no sign of life";
    }
    return null;
  }
}
