package io.sluice.routing.libp2p;

import io.sluice.routing.libp2p.tcp.Link;
import io.sluice.routing.libp2p.tcp.LinkListener;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** One end of a link without a socket: what is written waits until a test delivers it. */
final class MemoryLink implements Link {
  private final ArrayDeque<byte[]> written = new ArrayDeque<>();
  private MemoryLink other;
  private LinkListener listener;
  private boolean closed;

  private MemoryLink() {}

  /** The two ends of a link between two connections, the first of which dials. */
  static MemoryLink[] between(Connection dialer, Connection acceptor) {
    MemoryLink[] ends = {new MemoryLink(), new MemoryLink()};
    ends[0].other = ends[1];
    ends[1].other = ends[0];
    ends[0].listener = dialer;
    ends[1].listener = acceptor;
    dialer.attach(ends[0]);
    acceptor.attach(ends[1]);
    dialer.onConnected();
    return ends;
  }

  /** Delivers what this end has written next; false when there is nothing. */
  boolean deliver() {
    byte[] next = written.poll();
    if (next != null && !other.closed) {
      other.listener.onBytes(ByteBuffer.wrap(next));
    } else if (next == null && closed && !other.closed) {
      other.closed = true;
      other.listener.onClosed("the peer has closed the connection");
      return true;
    }
    return next != null;
  }

  @Override
  public Multiaddr remoteAddress() {
    try {
      return Multiaddr.parse("/ip4/192.0.2.1/tcp/1");
    } catch (MalformedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    written.add(copy);
  }

  @Override
  public boolean isBlocked() {
    return false;
  }

  @Override
  public void close() {
    closed = true;
  }
}
