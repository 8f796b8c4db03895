package io.sluice.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.SocketAddress;
import io.sluice.linux.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * A blocking TCP socket that can receive without a copy, which the JDK's cannot. One thread opens,
 * uses and closes it.
 */
final class ClientSocket implements AutoCloseable {
  // System call numbers and constants of the only processor that the bindings are for, x86-64.
  private static final int NR_CONNECT = 42;
  private static final int NR_SENDTO = 44;
  private static final int NR_RECVFROM = 45;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int TIMEVAL_BYTES = 16;
  private static final long NS_PER_S = 1_000_000_000L;
  private static final long NS_PER_US = 1_000L;

  private final Arena arena = Arena.ofConfined();
  private final CallState state = new CallState(arena);
  private final int fd;

  /**
   * Connects, with TCP_NODELAY; socket(2), connect(2).
   *
   * @param server where to
   * @param receiveTimeoutNs how long a receive may wait; SO_RCVTIMEO of socket(7)
   * @throws LinuxException when it cannot be connected
   */
  ClientSocket(InetSocketAddress server, long receiveTimeoutNs) {
    int family = SocketAddress.family(server.getAddress());
    fd = Linux.socket(state, family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      arena.close();
      throw new LinuxException("socket", "type=SOCK_STREAM", -fd);
    }
    try {
      Sockets.setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
      setReceiveTimeout(receiveTimeoutNs);
      connect(server);
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  private void setReceiveTimeout(long timeoutNs) {
    MemorySegment time = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
    time.set(JAVA_LONG, 0, timeoutNs / NS_PER_S);
    time.set(JAVA_LONG, Long.BYTES, timeoutNs % NS_PER_S / NS_PER_US);
    int result = Linux.setsockopt(state, fd, SOL_SOCKET, SO_RCVTIMEO, time, TIMEVAL_BYTES);
    if (result < 0) {
      throw new LinuxException("setsockopt", "name=SO_RCVTIMEO, value=" + timeoutNs, -result);
    }
  }

  private void connect(InetSocketAddress server) {
    MemorySegment address = arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
    int bytes = SocketAddress.write(server, address);
    long result = Linux.syscall(state, NR_CONNECT, fd, address.address(), bytes, 0, 0, 0);
    if (result < 0) {
      throw new LinuxException("connect", "address=" + server, (int) -result);
    }
  }

  /**
   * Sends all of a segment; send(2).
   *
   * @param bytes what to send, native memory
   * @throws LinuxException when the connection failed
   */
  void send(MemorySegment bytes) {
    for (long sent = 0; sent < bytes.byteSize(); ) {
      long address = bytes.address() + sent;
      long left = bytes.byteSize() - sent;
      long result = Linux.syscall(state, NR_SENDTO, fd, address, left, MSG_NOSIGNAL, 0, 0);
      if (result < 0 && result != -Errno.EINTR) {
        throw new LinuxException("send", "bytes=" + left, (int) -result);
      }
      sent += Math.max(0, result);
    }
  }

  /**
   * Receives what is there, waiting for at least one byte; recv(2).
   *
   * @param to where to, native memory
   * @return bytes received
   * @throws IOException when the stream ended, or nothing came in time
   * @throws LinuxException when the connection failed
   */
  long receive(MemorySegment to) throws IOException {
    return receive(to.address(), to.byteSize(), 0);
  }

  /**
   * Discards what is there without copying it out of the kernel, waiting for at least one byte;
   * MSG_TRUNC of tcp(7).
   *
   * @param bytes how much at most
   * @return bytes discarded
   * @throws IOException when the stream ended, or nothing came in time
   * @throws LinuxException when the connection failed
   */
  long discard(long bytes) throws IOException {
    return receive(0, bytes, MSG_TRUNC);
  }

  /**
   * Receives what is there.
   *
   * @param to where to, native memory
   * @return bytes received, 0 when nothing is there
   * @throws IOException when the stream ended
   * @throws LinuxException when the connection failed
   */
  long receiveNow(MemorySegment to) throws IOException {
    return receive(to.address(), to.byteSize(), MSG_DONTWAIT);
  }

  /**
   * Discards what is there, as {@link #discard}.
   *
   * @param bytes how much at most
   * @return bytes discarded, 0 when nothing is there
   * @throws IOException when the stream ended
   * @throws LinuxException when the connection failed
   */
  long discardNow(long bytes) throws IOException {
    return receive(0, bytes, MSG_TRUNC | MSG_DONTWAIT);
  }

  /**
   * The descriptor, to wait for it.
   *
   * @return its number
   */
  int fd() {
    return fd;
  }

  private long receive(long address, long bytes, int flags) throws IOException {
    long result;
    do {
      result = Linux.syscall(state, NR_RECVFROM, fd, address, bytes, flags, 0, 0);
    } while (result == -Errno.EINTR);
    if (result == -Errno.EAGAIN) {
      if ((flags & MSG_DONTWAIT) != 0) {
        return 0;
      }
      throw new IOException("the server sent nothing within the receive time-out");
    }
    if (result == 0) {
      throw new IOException("the server closed the connection in the middle of an answer");
    }
    if (result < 0) {
      throw new LinuxException("recv", "bytes=" + bytes, (int) -result);
    }
    return result;
  }

  /** Closes the connection; called once. */
  @Override
  public void close() {
    Descriptors.close(fd);
    arena.close();
  }
}
