package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SendBuffers;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferBlocks;

/**
 * Sends what fetches have received to the clients of one loop's relays, and keeps clients that do
 * not keep up from holding what others wait for.
 */
final class RelaySends {
  static final int OP_SEND = 0x48;
  static final int OP_POLL = 0x49;
  static final int OP_CANCEL = 0x4a;
  private static final int POLLOUT = 4;
  private static final int MSG_MORE = 0x8000;

  private final Ring ring;
  private final SocketControl sockets;
  private final Relays relays;
  private final Fetches fetches;
  private final TransferBlocks blocks;
  private final SendBuffers sendBuffers;
  private final LoopMetrics metrics;
  private final long progressTimeoutNs;
  private PipedBodies piped;
  private long nowNs;

  /**
   * Creates it.
   *
   * @param progressTimeoutNs a client that takes nothing for so long is disconnected
   */
  RelaySends(
      Ring ring,
      SocketControl sockets,
      Relays relays,
      Fetches fetches,
      TransferBlocks blocks,
      SendBuffers sendBuffers,
      LoopMetrics metrics,
      long progressTimeoutNs) {
    this.ring = ring;
    this.sockets = sockets;
    this.relays = relays;
    this.fetches = fetches;
    this.blocks = blocks;
    this.sendBuffers = sendBuffers;
    this.metrics = metrics;
    this.progressTimeoutNs = progressTimeoutNs;
  }

  void piped(PipedBodies pipedBodies) {
    piped = pipedBodies;
  }

  void now(long now) {
    nowNs = now;
  }

  /** The body may be sent now. */
  void begin(Relay relay, int sharers) {
    relay.state = Relay.STREAMING;
    relay.clientSinceNs = nowNs;
    relay.outstandingBytes = Integer.MAX_VALUE;
    long bytes = relay.end - relay.position;
    relay.grantedSendBuffer = sendBuffers.grant(relay.clientFd, bytes, sharers);
    pump(relay);
  }

  /** Asks what is in flight for the relay to end. */
  void cancel(Relay relay) {
    cancelIf(relay.sending, relay, OP_SEND);
    cancelIf(relay.draining || relay.parked || relay.piping, relay, OP_POLL);
  }

  void checkClient(Relay relay) {
    boolean holds = relay.sending && holdsUpOthers(relay);
    if (!holds) {
      relay.holdSinceNs = 0;
    } else if (relay.holdSinceNs == 0) {
      relay.holdSinceNs = nowNs;
    }
    if (relay.quiet()) {
      return;
    }
    long blockedNs = nowNs - relay.clientSinceNs;
    boolean gives =
        fetches.bodies().blocksScarce() && blockedNs >= Limits.RELAY_STALL_UNDER_PRESSURE_NS
            || holds && nowNs - relay.holdSinceNs >= Limits.RELAY_HOLD_NS;
    if (blockedNs > progressTimeoutNs && !hasProgressed(relay)) {
      relays.end(relay, AbortReason.SLOW_CLIENT);
    } else if (relay.sending && !relay.yielding && gives) {
      relay.yielding = true;
      cancelIf(true, relay, OP_SEND);
    }
  }

  /** Whether others who share the fetch have got all there is, and wait for this client. */
  private boolean holdsUpOthers(Relay relay) {
    Fetch fetch = relay.fetch;
    if (fetch.relays < 2 || fetch.isComplete() || !fetches.bodies().isHeldUp(fetch)) {
      return false;
    }
    boolean last = fetch.window.find(relay.position) == 0;
    for (Relay other : relays.table().all()) {
      boolean waits = other.fetch == fetch && other.quiet() && other.position == fetch.received;
      if (last && waits) {
        return true;
      }
    }
    return false;
  }

  /** The client does not keep up: gives all blocks back and waits until it takes bytes again. */
  private void park(Relay relay) {
    Fetch shared = relay.fetch;
    if (shared.relays > 1) {
      relays.loseLookup(relay);
      relay.fetch = fetches.split(shared, relay.position);
    }
    fetches.pause(relay.fetch, relay.position);
    metrics.bufferRevoked();
    relay.parked = true;
    relay.clientSinceNs = nowNs;
    awaitWritable(relay);
    if (shared != relay.fetch) {
      relays.trim(shared);
    }
  }

  /** Whether the client has acknowledged anything since it was last looked at. */
  private boolean hasProgressed(Relay relay) {
    int outstanding = sockets.outstandingBytes(relay.clientFd);
    boolean progressed = outstanding < relay.outstandingBytes;
    relay.outstandingBytes = outstanding;
    if (progressed) {
      relay.clientSinceNs = nowNs;
    }
    return progressed;
  }

  /** Sends what can be sent, or sees to it that there will be something. */
  void pump(Relay relay) {
    if (relay.state != Relay.STREAMING || !relay.quiet()) {
      return;
    }
    if (relay.position == relay.end) {
      drain(relay);
      return;
    }
    if (relay.pipe != PipePool.NONE) {
      piped.step(relay);
      return;
    }
    Fetch fetch = relay.fetch;
    int place = fetch.window.find(relay.position);
    if (place == FetchWindow.NONE) {
      fetches.bodies().receive(fetch);
    } else {
      send(relay, fetch.window, place);
    }
  }

  /** Waits until the client takes bytes again. */
  void awaitWritable(Relay relay) {
    ring.pollAdd(relay.clientFd, POLLOUT, userData(OP_POLL, relay));
  }

  private void send(Relay relay, FetchWindow window, int place) {
    int block = window.block(place);
    long end = Math.min(window.end(place), relay.end);
    long address = blocks.address(block) + (relay.position - window.begin(place));
    int length = (int) (end - relay.position);
    relay.sending = true;
    relay.sendBlock = block;
    relay.clientSinceNs = nowNs;
    blocks.handOver(block, TransferBlocks.KERNEL_SEND);
    int flags = end < relay.end ? MSG_MORE : 0;
    ring.send(relay.clientFd, address, length, flags, userData(OP_SEND, relay));
  }

  void onSend(Relay relay, int result) {
    relay.sending = false;
    boolean freed = blocks.takeBack(relay.sendBlock, TransferBlocks.KERNEL_SEND);
    relay.sendBlock = Relay.NO_BLOCK;
    if (freed) {
      fetches.bodies().grantBlocks();
    }
    if (relay.state == Relay.ENDING) {
      relays.endIfQuiet(relay);
    } else {
      onSent(relay, result);
    }
  }

  private void onSent(Relay relay, int result) {
    boolean yielding = relay.yielding;
    relay.yielding = false;
    boolean again =
        result == -Errno.EAGAIN
            || result == -Errno.EINTR
            || (yielding && result == -Errno.ECANCELED);
    if (result <= 0 && !again) {
      relays.end(relay, AbortReason.CLIENT_GONE);
      return;
    }
    int sent = Math.max(0, result);
    metrics.bytesServed(ByteSource.PEER, sent);
    relay.position += sent;
    if (yielding && relay.position < relay.end) {
      park(relay);
    } else {
      relays.trim(relay.fetch);
      pump(relay);
    }
  }

  /**
   * All bytes are with the kernel; the grant goes back to the budget when the kernel's memory does.
   */
  private void drain(Relay relay) {
    relays.leaveFetch(relay);
    if (sendBuffers.drained(relay.clientFd, relay.grantedSendBuffer)) {
      relays.end(relay, Relays.COMPLETE);
    } else {
      relay.draining = true;
      relay.clientSinceNs = nowNs;
      awaitWritable(relay);
    }
  }

  void onWritable(Relay relay) {
    boolean parked = relay.parked;
    boolean piping = relay.piping;
    relay.draining = false;
    relay.parked = false;
    relay.piping = false;
    if (relay.state == Relay.ENDING) {
      relays.endIfQuiet(relay);
    } else if (parked) {
      relay.clientSinceNs = nowNs;
      fetches.resume(relay.fetch);
    } else if (piping) {
      piped.step(relay);
    } else {
      relays.end(relay, Relays.COMPLETE);
    }
  }

  private void cancelIf(boolean pending, Relay relay, int operation) {
    if (pending) {
      ring.cancel(userData(operation, relay), userData(OP_CANCEL, relay));
    }
  }

  private static long userData(int operation, Relay relay) {
    return UserData.pack(operation, relay.generation, relay.index);
  }
}
