package io.sluice.server.loop;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SocketControl;

/**
 * Accepts connections on one loop and spreads them over all: each goes to the loop with the most
 * room. When there is no room, or the process is out of descriptors, accepting pauses; the backlog
 * of the listening socket is the queue then.
 */
final class Acceptor {
  /** Operation codes of this component: 0x50 to 0x5f. */
  static final int OPERATIONS = 0x50;

  private static final int OP_ACCEPT = 0x50;
  private static final int OP_CANCEL = 0x51;
  private static final int OP_CLOSE = 0x52;

  private final Ring ring;
  private final SocketControl sockets;
  private final int listenFd;
  private final Handoff[] loops;
  private final LoopMetrics metrics;
  private final boolean[] armed = new boolean[Limits.ACCEPTS_IN_FLIGHT];
  private int armedCount;
  private int next;
  private boolean paused;
  private boolean stopped;

  Acceptor(Ring ring, SocketControl sockets, int listenFd, Handoff[] loops, LoopMetrics metrics) {
    this.ring = ring;
    this.sockets = sockets;
    this.listenFd = listenFd;
    this.loops = loops;
    this.metrics = metrics;
  }

  /** Begins to accept, or goes on after a pause; to be called now and then. */
  void resume() {
    paused = false;
    arm();
  }

  /** Ends accepting: who connects from now on is refused, so that it goes elsewhere at once. */
  void stop() {
    stopped = true;
    sockets.stopListening(listenFd);
    for (int i = 0; i < armed.length; i++) {
      if (armed[i]) {
        ring.cancel(UserData.pack(OP_ACCEPT, 0, i), UserData.pack(OP_CANCEL, 0, i));
      }
    }
    finishIfQuiet();
  }

  void onCompletion(int operation, int slot, int result) {
    if (operation != OP_ACCEPT) {
      return;
    }
    armed[slot] = false;
    armedCount--;
    if (result >= 0) {
      assign(result);
      arm();
    } else if (result == -Errno.EMFILE
        || result == -Errno.ENFILE
        || result == -Errno.ENOBUFS
        || result == -Errno.ENOMEM) {
      metrics.acceptFailed();
      paused = true;
    } else if (result != -Errno.ECANCELED) {
      arm();
    }
    finishIfQuiet();
  }

  /** Tells the loops when none of them will be given a socket any more. */
  private void finishIfQuiet() {
    if (stopped && armedCount == 0) {
      for (Handoff loop : loops) {
        loop.finish();
      }
    }
  }

  private void arm() {
    if (stopped || paused) {
      return;
    }
    int room = 0;
    for (Handoff loop : loops) {
      room += loop.room();
    }
    for (int i = 0; i < armed.length; i++) {
      if (!armed[i]) {
        if (armedCount >= room) {
          paused = true;
          metrics.acceptPaused();
          return;
        }
        armed[i] = true;
        armedCount++;
        ring.accept(listenFd, UserData.pack(OP_ACCEPT, 0, i));
      }
    }
  }

  private void assign(int fd) {
    int best = -1;
    int bestRoom = 0;
    for (int i = 0; i < loops.length; i++) {
      int candidate = (next + i) % loops.length;
      int room = loops[candidate].room();
      if (room > bestRoom) {
        best = candidate;
        bestRoom = room;
      }
    }
    next = (next + 1) % loops.length;
    if (stopped || best < 0 || !loops[best].offer(fd)) {
      ring.close(fd, UserData.pack(OP_CLOSE, 0, 0));
    }
  }
}
