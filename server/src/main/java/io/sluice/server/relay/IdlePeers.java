package io.sluice.server.relay;

import io.sluice.ring.Ring;
import io.sluice.server.config.Limits;

/**
 * Connections to peers that have served a call and can serve another one. Bounded in number and
 * time; the longest idle one gives way. That a peer has closed one shows when it is used.
 */
final class IdlePeers {
  /** There is none. */
  static final int NONE = -1;

  private final Ring ring;
  private final long closeUserData;
  private final int[] fds;
  private final PeerAddress[] addresses;
  private final long[] sinceNs;
  private int count;
  private boolean stopped;

  /**
   * Creates the pool of a loop.
   *
   * @param closeUserData what completions of closes are called; they need no handling
   */
  IdlePeers(Ring ring, int capacity, long closeUserData) {
    this.ring = ring;
    this.closeUserData = closeUserData;
    this.fds = new int[capacity];
    this.addresses = new PeerAddress[capacity];
    this.sinceNs = new long[capacity];
    for (int i = 0; i < capacity; i++) {
      addresses[i] = new PeerAddress();
    }
  }

  /** Takes the connection to a peer that was used last; {@link #NONE} without one. */
  int take(PeerAddress address) {
    for (int i = count - 1; i >= 0; i--) {
      if (addresses[i].is(address)) {
        int fd = fds[i];
        remove(i);
        return fd;
      }
    }
    return NONE;
  }

  /** Keeps a connection, or closes it. */
  void put(int fd, PeerAddress address, long nowNs) {
    if (stopped) {
      close(fd);
      return;
    }
    if (count == fds.length) {
      close(fds[0]);
      remove(0);
    }
    fds[count] = fd;
    addresses[count].copyFrom(address);
    sinceNs[count] = nowNs;
    count++;
  }

  /** Closes what has been idle for too long; to be called now and then. */
  void expire(long nowNs) {
    while (count > 0 && nowNs - sinceNs[0] >= Limits.PEER_IDLE_TIMEOUT_NS) {
      close(fds[0]);
      remove(0);
    }
  }

  /** Closes all connections to a peer that has failed. */
  void forget(PeerAddress address) {
    for (int i = count - 1; i >= 0; i--) {
      if (addresses[i].is(address)) {
        close(fds[i]);
        remove(i);
      }
    }
  }

  /** Closes all, and from now on keeps none. */
  void stop() {
    stopped = true;
    while (count > 0) {
      close(fds[count - 1]);
      count--;
    }
  }

  int count() {
    return count;
  }

  /** Keeps the order, oldest first. */
  private void remove(int place) {
    PeerAddress removed = addresses[place];
    for (int i = place; i < count - 1; i++) {
      fds[i] = fds[i + 1];
      addresses[i] = addresses[i + 1];
      sinceNs[i] = sinceNs[i + 1];
    }
    count--;
    addresses[count] = removed;
  }

  private void close(int fd) {
    ring.close(fd, closeUserData);
  }
}
