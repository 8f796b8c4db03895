package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SocketControl;

/**
 * Passes long bodies of one client each from socket to socket through a pipe, which copies nothing.
 * A body begins in blocks, so that others who ask at the same time can share it; when nobody does,
 * the rest of it goes this way, and so it does from the start while there is no block to be had:
 * slow clients keep blocks for long, and need none here. One move in and one out at a time, so that
 * no relay keeps the loop.
 */
final class PipedBodies {
  /** So many blocks of a body can be shared before it is piped. */
  private static final int SHARED_BLOCKS = 4;

  /** What is left must be worth it. */
  private static final int BLOCKS_MIN = 2;

  private final Relays relays;
  private final Fetches fetches;
  private final RelaySends sends;
  private final PipePool pipes;
  private final SocketControl sockets;
  private final LoopMetrics metrics;
  private final int blockBytes;
  private long nowNs;

  PipedBodies(
      Relays relays,
      Fetches fetches,
      RelaySends sends,
      PipePool pipes,
      SocketControl sockets,
      LoopMetrics metrics,
      int blockBytes) {
    this.relays = relays;
    this.fetches = fetches;
    this.sends = sends;
    this.pipes = pipes;
    this.sockets = sockets;
    this.metrics = metrics;
    this.blockBytes = blockBytes;
  }

  void now(long now) {
    nowNs = now;
  }

  /** Whether so much of a body has gone through blocks that nobody else will come to share it. */
  boolean isDue(Fetch fetch) {
    return fetch.received - fetch.inBlocksFrom >= (long) SHARED_BLOCKS * blockBytes && suits(fetch);
  }

  /**
   * Whether the rest of a body can be piped, once its client has got what is in blocks. What is in
   * a pipe cannot be held back, so the client must want all of it.
   */
  boolean suits(Fetch fetch) {
    Call call = fetch.source;
    return call != null
        && !fetch.piped
        && fetch.relays == 1
        && call.toSkip == 0
        && call.toReceive >= (long) BLOCKS_MIN * blockBytes
        && pipes.mayHave(nowNs)
        && relays.table().of(fetch).end == fetch.end;
  }

  /** Begins to pipe, now or when the client is ready; false when there is no pipe after all. */
  boolean begins(Fetch fetch) {
    Relay relay = relays.table().of(fetch);
    if (relay.state != Relay.STREAMING || !relay.quiet()) {
      return true;
    }
    if (relay.pipe == PipePool.NONE) {
      // Otherwise it still has that of a peer that has failed.
      relay.pipe = pipes.take(nowNs);
    }
    if (relay.pipe == PipePool.NONE) {
      return false;
    }
    fetch.piped = true;
    if (!pipePrefix(relay, fetch.source)) {
      fetch.piped = false;
      release(relay);
      return false;
    }
    step(relay);
    return true;
  }

  /** Copies what came along with the head; an empty pipe takes that much. */
  private boolean pipePrefix(Relay relay, Call call) {
    int bytes = call.prefixLength;
    if (bytes == 0) {
      return true;
    }
    if (sockets.writePipe(relay.pipe, fetches.calls().prefixAddress(call), bytes) != bytes) {
      // It may hold a part, and is not to be used again.
      pipes.give(relay.pipe, false);
      relay.pipe = PipePool.NONE;
      return false;
    }
    call.prefixLength = 0;
    relay.inPipe = bytes;
    fetches.onPiped(relay.fetch, call, bytes);
    return true;
  }

  /** Moves what can be moved, and sees to it that it goes on. The client is not waited for. */
  void step(Relay relay) {
    Fetch fetch = relay.fetch;
    Call call = fetch.source;
    if (fetch.piped && relay.inPipe == 0 && !call.receiving && !fill(relay, call)) {
      return;
    }
    if (relay.inPipe > 0) {
      drain(relay);
    } else {
      goOn(relay);
    }
  }

  /** Moves bytes from the peer into the pipe; false when the relay has been dealt with. */
  private boolean fill(Relay relay, Call call) {
    int most = (int) Math.min(pipes.bytes(), call.toReceive);
    int moved = sockets.fillPipe(relay.pipe, call.fd, most);
    if (moved > 0) {
      relay.inPipe = moved;
      call.delivered(moved, metrics);
      fetches.onPiped(relay.fetch, call, moved);
      return relay.state == Relay.STREAMING;
    } else if (moved != -Errno.EAGAIN && moved != -Errno.EINTR) {
      fetches.calls().fail(call, Failure.RESET);
      if (relay.state == Relay.STREAMING) {
        goOn(relay);
      }
      return false;
    }
    return true;
  }

  /** Moves bytes from the pipe to the client. */
  private void drain(Relay relay) {
    boolean more = relay.position + relay.inPipe < relay.end;
    int moved = sockets.drainPipe(relay.pipe, relay.clientFd, relay.inPipe, more);
    if (moved > 0) {
      relay.inPipe -= moved;
      relay.position += moved;
      relay.clientSinceNs = nowNs;
      metrics.bytesServed(ByteSource.PEER, moved);
    } else if (moved != -Errno.EAGAIN && moved != -Errno.EINTR) {
      relays.end(relay, AbortReason.CLIENT_GONE);
      return;
    }
    if (relay.inPipe > 0) {
      relay.piping = true;
      sends.awaitWritable(relay);
    } else {
      goOn(relay);
    }
  }

  /** The pipe is empty. */
  private void goOn(Relay relay) {
    Fetch fetch = relay.fetch;
    if (!fetch.piped) {
      release(relay);
      sends.pump(relay);
    } else if (!fetch.source.receiving) {
      fetches.calls().awaitReadable(fetch.source, pipes.bytes());
    }
  }

  /** The peer has sent something, or is gone. */
  void onReadable(Call call, int result) {
    call.receiving = false;
    call.polling = false;
    Fetch fetch = call.fetch;
    if (fetch == null) {
      fetches.calls().closeIfQuiet(call);
      return;
    }
    long waitedNs = nowNs - call.sinceNs;
    call.waitedNs += waitedNs;
    call.paceNs += waitedNs;
    Relay relay = relays.table().of(fetch);
    if (relay.quiet()) {
      step(relay);
    }
  }

  /** The relay needs its pipe no more. */
  void release(Relay relay) {
    if (relay.pipe != PipePool.NONE) {
      pipes.give(relay.pipe, relay.inPipe == 0);
      relay.pipe = PipePool.NONE;
      relay.inPipe = 0;
    }
  }

  /** Closes all pipes that are not in use. */
  void close() {
    pipes.close();
  }
}
