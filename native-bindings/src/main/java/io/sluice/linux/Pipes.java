package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * Pipes that data passes through from socket to socket without being copied ({@code splice(2)}). A
 * pipe is a long: the descriptor of its writing end, then that of its reading end. No method
 * allocates, throws or waits; event loops can use them.
 */
public final class Pipes {
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int SPLICE_F_MOVE = 1;
  private static final int SPLICE_F_NONBLOCK = 2;
  private static final int SPLICE_F_MORE = 4;

  private Pipes() {}

  /**
   * Opens a pipe.
   *
   * @param bytes its capacity; what a user without privileges may have in all is limited ({@code
   *     pipe(7)}: pipe-user-pages-soft)
   * @return the pipe, or {@code -errno}
   */
  public static long open(CallState state, int bytes) {
    int result = Linux.pipe2(state, state.scratch(), O_NONBLOCK | O_CLOEXEC);
    if (result < 0) {
      return result;
    }
    int readFd = state.scratch().get(JAVA_INT, 0);
    int writeFd = state.scratch().get(JAVA_INT, Integer.BYTES);
    long pipe = (long) writeFd << Integer.SIZE | readFd;
    int size = Linux.fcntl(state, writeFd, F_SETPIPE_SZ, bytes);
    if (size < bytes) {
      close(state, pipe);
      return size < 0 ? size : -Errno.EPERM;
    }
    return pipe;
  }

  /** Closes both ends; what is in the pipe is lost. */
  public static void close(CallState state, long pipe) {
    Linux.close(state, readEnd(pipe));
    Linux.close(state, writeEnd(pipe));
  }

  /**
   * Moves what a socket has received into a pipe.
   *
   * @return bytes, 0 at the end of the stream, or {@code -errno}: {@code EAGAIN} when nothing has
   *     been received, or the pipe is full
   */
  public static int fill(CallState state, long pipe, int fd, int bytes) {
    int flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
    return (int) Linux.splice(state, fd, writeEnd(pipe), bytes, flags);
  }

  /**
   * Copies bytes into a pipe.
   *
   * @param address of the bytes in native memory
   * @return bytes, or {@code -errno}: {@code EAGAIN} when the pipe is full
   */
  public static int write(CallState state, long pipe, long address, int bytes) {
    int fd = writeEnd(pipe);
    return (int) Linux.syscall(state, SystemCall.WRITE, fd, address, bytes, 0, 0, 0);
  }

  /**
   * Moves what is in a pipe to a socket.
   *
   * @param more whether more will follow at once
   * @return bytes, or {@code -errno}: {@code EAGAIN} when the socket takes nothing at present
   */
  public static int drain(CallState state, long pipe, int fd, int bytes, boolean more) {
    int flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (more ? SPLICE_F_MORE : 0);
    return (int) Linux.splice(state, readEnd(pipe), fd, bytes, flags);
  }

  private static int readEnd(long pipe) {
    return (int) pipe;
  }

  private static int writeEnd(long pipe) {
    return (int) (pipe >>> Integer.SIZE);
  }
}
