package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.Header;
import io.sluice.containerd.http2.StreamException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection over a Unix socket. One thread, {@code sluice-containerd}, does all input and
 * output, so that interrupting a caller cannot close the socket; callers change the session under a
 * lock and wait for it to change.
 */
public final class Link implements AutoCloseable {
  private static final int IO_BYTES = 16 << 10;
  private static final long STACK_BYTES = 128 << 10;

  private final SocketChannel socket;
  private final Selector selector;
  private final ByteBuffer in = ByteBuffer.allocateDirect(IO_BYTES);
  private final ByteBuffer out = ByteBuffer.allocateDirect(IO_BYTES).flip();
  private final ReentrantLock lock = new ReentrantLock();

  /** Something about the session has changed. With a few callers, one condition is enough. */
  private final Condition changed = lock.newCondition();

  private final Session session = new Session();

  private Link(SocketChannel socket, Selector selector) {
    this.socket = socket;
    this.selector = selector;
  }

  /**
   * Connects, and waits until the peer has said that it speaks HTTP/2.
   *
   * @param deadlineNs by {@link System#nanoTime}
   * @throws IOException when it cannot be connected to; {@link StreamException} when it is lost
   *     again at once
   * @throws TimeoutException when the peer says nothing
   */
  public static Link open(UnixDomainSocketAddress address, long deadlineNs)
      throws IOException, TimeoutException, InterruptedException {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    Link link = null;
    try {
      socket.configureBlocking(false);
      socket.connect(address);
      Selector selector = Selector.open();
      link = new Link(socket, selector);
      socket.register(selector, SelectionKey.OP_WRITE);
      link.session.start();
      Thread.ofPlatform()
          .name("sluice-containerd")
          .daemon()
          .stackSize(STACK_BYTES)
          .start(link::run);
      link.awaitReady(deadlineNs);
      return link;
    } catch (IOException | TimeoutException | InterruptedException | RuntimeException e) {
      if (link == null) {
        socket.close();
      } else {
        link.close();
      }
      throw e;
    }
  }

  private void awaitReady(long deadlineNs)
      throws StreamException, TimeoutException, InterruptedException {
    lock.lock();
    try {
      while (!session.isReady()) {
        throwIfEnding();
        awaitChange(deadlineNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins a request, once there is room for it.
   *
   * @param headers with the pseudo-headers first
   * @param request its body
   * @param deadlineNs by {@link System#nanoTime}
   * @throws StreamException when the connection is lost
   * @throws TimeoutException when there is no room in time
   */
  public Exchange request(List<Header> headers, byte[] request, long deadlineNs)
      throws StreamException, TimeoutException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!session.hasRoom()) {
        throwIfEnding();
        awaitChange(deadlineNs);
      }
      SessionStream stream = session.open(headers, request);
      selector.wakeup();
      return new Exchange(this, stream);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request has a chance. */
  public boolean isOpen() {
    lock.lock();
    try {
      return session.endingOrNull() == null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the connection; requests that are under way fail. Repeatable. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!session.isFinished()) {
        session.close();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    selector.wakeup();
  }

  // ---- for exchanges

  /** Waits until a stream has bytes to read or has ended; moves them, or says -1 at the end. */
  int read(SessionStream stream, ByteBuffer target, long deadlineNs)
      throws StreamException, TimeoutException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (stream.failureOrNull() != null) {
          throw stream.failureOrNull().copy();
        }
        if (stream.available() > 0) {
          int pendingBefore = session.pending();
          int moved = session.read(stream, target);
          if (session.pending() > pendingBefore) {
            selector.wakeup();
          }
          return moved;
        }
        if (stream.answered()) {
          return -1;
        }
        awaitChange(deadlineNs);
      }
    } finally {
      lock.unlock();
    }
  }

  void cancel(SessionStream stream) {
    lock.lock();
    try {
      session.cancel(stream);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    selector.wakeup();
  }

  private void throwIfEnding() throws StreamException {
    if (session.endingOrNull() != null) {
      throw session.endingOrNull().copy();
    }
  }

  private void awaitChange(long deadlineNs) throws TimeoutException, InterruptedException {
    long leftNs = deadlineNs - System.nanoTime();
    if (leftNs <= 0) {
      throw new TimeoutException();
    }
    changed.await(leftNs, TimeUnit.NANOSECONDS);
  }

  // ---- the thread

  private void run() {
    try (socket;
        selector) {
      SelectionKey key = socket.keyFor(selector);
      if (socket.isConnectionPending()) {
        key.interestOps(SelectionKey.OP_CONNECT);
        while (!socket.finishConnect()) {
          selector.select();
          if (isFinished()) {
            return;
          }
        }
      }
      serve(key);
    } catch (IOException | RuntimeException e) {
      fail("the connection is lost: " + e.getMessage());
    } finally {
      fail("the connection is lost");
    }
  }

  private void serve(SelectionKey key) throws IOException {
    while (true) {
      boolean flushed = flush();
      if (isFinished()) {
        return;
      }
      int wanted = flushed ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
      // Who sends and does not receive would make us collect answers without end.
      key.interestOps(isClogged() ? SelectionKey.OP_WRITE : wanted);
      selector.select();
      // A key that was not selected keeps its old state.
      boolean selected = selector.selectedKeys().remove(key);
      if (selected && key.isReadable() && !receive()) {
        return;
      }
    }
  }

  /** Sends what waits, as far as the socket takes it; whether that is all. */
  private boolean flush() throws IOException {
    while (true) {
      if (!out.hasRemaining()) {
        out.clear();
        lock.lock();
        try {
          session.drainTo(out);
        } finally {
          lock.unlock();
          out.flip();
        }
        if (!out.hasRemaining()) {
          return true;
        }
      }
      if (socket.write(out) == 0) {
        return false;
      }
    }
  }

  /** Receives once; false at the end. */
  private boolean receive() throws IOException {
    in.clear();
    if (socket.read(in) < 0) {
      fail("the other side has closed the connection");
      return false;
    }
    in.flip();
    lock.lock();
    try {
      session.onBytes(in);
    } catch (Http2Exception e) {
      // The peer should hear why, if it can; the streams have heard already.
      out.clear();
      session.drainTo(out);
      socket.write(out.flip());
      return false;
    } finally {
      changed.signalAll();
      lock.unlock();
    }
    return true;
  }

  private boolean isFinished() {
    lock.lock();
    try {
      return session.isFinished();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClogged() {
    lock.lock();
    try {
      return session.pending() > Http2Limits.OUTPUT_BYTES_HIGH;
    } finally {
      lock.unlock();
    }
  }

  private void fail(String cause) {
    lock.lock();
    try {
      session.fail(new StreamException(Reason.LOST, cause));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
