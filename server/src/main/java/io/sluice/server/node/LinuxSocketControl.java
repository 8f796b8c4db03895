package io.sluice.server.node;

import io.sluice.linux.CallState;
import io.sluice.linux.Linux;
import io.sluice.linux.Pipes;
import io.sluice.linux.Sockets;
import io.sluice.server.transfer.SocketControl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Socket calls of the kernel; one instance serves all loops. */
final class LinuxSocketControl implements SocketControl {
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_LINGER = 13;
  private static final int SO_RCVLOWAT = 18;
  private static final int SHUT_WR = 1;
  private static final int SHUT_RDWR = 2;

  /** A {@code struct linger}: on, with 0 seconds. Never changes, so all threads may share it. */
  private final MemorySegment lingerReset = Arena.global().allocate(2L * Integer.BYTES, 4);

  LinuxSocketControl() {
    lingerReset.set(ValueLayout.JAVA_INT, 0, 1);
  }

  @Override
  public void setSendBuffer(int fd, int bytes) {
    Sockets.setOption(CallState.ofThread(), fd, SOL_SOCKET, SO_SNDBUF, bytes);
  }

  @Override
  public int outstandingBytes(int fd) {
    return Math.max(0, Sockets.outstandingBytes(CallState.ofThread(), fd));
  }

  @Override
  public void shutdownWrite(int fd) {
    Linux.shutdown(CallState.ofThread(), fd, SHUT_WR);
  }

  @Override
  public void stopListening(int fd) {
    Linux.shutdown(CallState.ofThread(), fd, SHUT_RDWR);
  }

  @Override
  public void resetOnClose(int fd) {
    Linux.setsockopt(
        CallState.ofThread(), fd, SOL_SOCKET, SO_LINGER, lingerReset, (int) lingerReset.byteSize());
  }

  @Override
  public int openTcp(int family, int receiveBufferBytes) {
    CallState state = CallState.ofThread();
    int fd = Sockets.tcp(state, family);
    if (fd >= 0) {
      Sockets.setOption(state, fd, SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
    }
    return fd;
  }

  @Override
  public void setReceiveBuffer(int fd, int bytes) {
    Sockets.setOption(CallState.ofThread(), fd, SOL_SOCKET, SO_RCVBUF, bytes);
  }

  @Override
  public void setReceiveLowWater(int fd, int bytes) {
    Sockets.setOption(CallState.ofThread(), fd, SOL_SOCKET, SO_RCVLOWAT, bytes);
  }

  @Override
  public long openPipe(int bytes) {
    return Pipes.open(CallState.ofThread(), bytes);
  }

  @Override
  public void closePipe(long pipe) {
    Pipes.close(CallState.ofThread(), pipe);
  }

  @Override
  public int fillPipe(long pipe, int fd, int bytes) {
    return Pipes.fill(CallState.ofThread(), pipe, fd, bytes);
  }

  @Override
  public int writePipe(long pipe, long address, int bytes) {
    return Pipes.write(CallState.ofThread(), pipe, address, bytes);
  }

  @Override
  public int drainPipe(long pipe, int fd, int bytes, boolean more) {
    return Pipes.drain(CallState.ofThread(), pipe, fd, bytes, more);
  }
}
