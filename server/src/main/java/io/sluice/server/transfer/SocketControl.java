package io.sluice.server.transfer;

/**
 * The few calls on sockets that never block and therefore need no ring: options and queries.
 *
 * <p>Called on loop threads; must not allocate. A call on a socket that has failed is ignored: the
 * next ring operation on it reports the failure.
 */
public interface SocketControl {
  /** {@code SO_SNDBUF}: bounds what the kernel may queue for the peer (it accounts twice this). */
  void setSendBuffer(int fd, int bytes);

  /**
   * {@code SIOCOUTQ}: bytes handed to the kernel that the peer has not acknowledged; 0 on error.
   */
  int outstandingBytes(int fd);

  /** {@code shutdown(fd, SHUT_WR)}: the peer sees the end of stream, we can still read. */
  void shutdownWrite(int fd);

  /** {@code shutdown(fd, SHUT_RDWR)} of a listening socket: the kernel refuses connections. */
  void stopListening(int fd);

  /** {@code SO_LINGER} with 0 seconds: the coming close drops queued bytes and sends a reset. */
  void resetOnClose(int fd);

  /**
   * {@code socket(2)} for an outgoing TCP connection, non-blocking, with a bounded receive buffer.
   *
   * @param family {@code AF_INET} or {@code AF_INET6}
   * @param receiveBufferBytes {@code SO_RCVBUF}
   * @return the descriptor, or {@code -errno}
   */
  int openTcp(int family, int receiveBufferBytes);

  /** {@code SO_RCVBUF}: bounds what the kernel may queue of what the peer sends (twice this). */
  void setReceiveBuffer(int fd, int bytes);

  /**
   * {@code SO_RCVLOWAT}: a receive that has to wait, waits for so many bytes, or for the end of the
   * stream. What waits is told when a lower mark has been reached already.
   */
  void setReceiveLowWater(int fd, int bytes);

  /**
   * Opens a pipe for {@link #fillPipe} and {@link #drainPipe}.
   *
   * @param bytes its capacity
   * @return the pipe, or {@code -errno}
   */
  long openPipe(int bytes);

  /** Closes a pipe; what is in it is lost. */
  void closePipe(long pipe);

  /**
   * {@code splice(2)} from a socket into a pipe, without waiting.
   *
   * @return bytes, 0 at the end of the stream, or {@code -errno}
   */
  int fillPipe(long pipe, int fd, int bytes);

  /**
   * {@code write(2)} into a pipe.
   *
   * @param address of the bytes in native memory
   * @return bytes, or {@code -errno}
   */
  int writePipe(long pipe, long address, int bytes);

  /**
   * {@code splice(2)} from a pipe to a socket, without waiting.
   *
   * @param more whether more will follow at once
   * @return bytes, or {@code -errno}
   */
  int drainPipe(long pipe, int fd, int bytes, boolean more);
}
