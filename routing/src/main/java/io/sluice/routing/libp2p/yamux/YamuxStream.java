package io.sluice.routing.libp2p.yamux;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.buffer.ByteQueue;
import java.nio.ByteBuffer;

/**
 * One stream of a session. What is sent waits here until the peer's window and the connection take
 * it; what arrives is given out at once, and credit for it given back when half of the window is
 * used up.
 */
public final class YamuxStream {
  final int id;
  final YamuxSession session;
  final ByteQueue queue;
  YamuxStreamListener listener;

  /** Bytes that the peer will still take. */
  long sendWindow = HostLimits.STREAM_WINDOW_BYTES;

  /** Bytes that the peer may still send. */
  int receiveWindow = HostLimits.STREAM_WINDOW_BYTES;

  /** SYN or ACK, to go with the first frame. */
  int flagsDue;

  boolean scheduled;
  boolean ended;
  boolean endSent;
  boolean peerEnded;
  boolean closed;

  YamuxStream(int id, YamuxSession session, ByteQueue queue, int flagsDue) {
    this.id = id;
    this.session = session;
    this.queue = queue;
    this.flagsDue = flagsDue;
  }

  /**
   * Sends bytes, which are copied.
   *
   * @return false when too much waits already, or the stream has ended; nothing is taken then
   */
  public boolean send(ByteBuffer bytes) {
    if (closed || ended || !queue.append(bytes)) {
      return false;
    }
    session.schedule(this);
    return true;
  }

  /** Ends this side after what waits has been sent. */
  public void closeWrite() {
    if (!closed && !ended) {
      ended = true;
      session.schedule(this);
    }
  }

  /** Drops the stream; its listener hears nothing more. */
  public void reset() {
    if (!closed) {
      session.reset(this);
    }
  }

  /** Whether it is no more. */
  public boolean isClosed() {
    return closed;
  }

  /** Bytes that wait to be sent. */
  public int waitingBytes() {
    return queue.size();
  }

  boolean hasOutput() {
    return !closed
        && (flagsDue == YamuxFrame.SYN
            || !queue.isEmpty() && sendWindow > 0
            || queue.isEmpty() && ended && !endSent);
  }

  int takeFlags() {
    int flags = flagsDue;
    flagsDue = 0;
    return flags;
  }
}
