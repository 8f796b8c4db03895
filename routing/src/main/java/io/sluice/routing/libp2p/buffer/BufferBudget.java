package io.sluice.routing.libp2p.buffer;

/** Memory of one connection for bytes that wait, part of the total. Used by one thread. */
public final class BufferBudget {
  private final TotalBudget total;
  private final int bytesMax;
  private int used;
  private boolean closed;

  /** A budget of at most {@code bytesMax}, of which nothing is used. */
  public BufferBudget(TotalBudget total, int bytesMax) {
    this.total = total;
    this.bytesMax = bytesMax;
  }

  /** Bytes that are in use. */
  public int used() {
    return used;
  }

  /** Takes bytes; false, and nothing taken, when there are not enough. */
  public boolean reserve(int bytes) {
    if (closed || used + bytes > bytesMax || !total.reserve(bytes)) {
      return false;
    }
    // The connection that was closed to make room may have been this one.
    if (closed) {
      total.release(bytes);
      return false;
    }
    used += bytes;
    return true;
  }

  /** Gives bytes back. */
  public void release(int bytes) {
    if (!closed) {
      used -= bytes;
      total.release(bytes);
    }
  }

  /** Gives everything back; nothing can be taken any more. */
  public void close() {
    release(used);
    closed = true;
  }
}
