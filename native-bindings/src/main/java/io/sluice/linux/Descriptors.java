package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.linux.generated.Libc;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** File descriptors as the control plane opens, signals and closes them. Any thread may call. */
public final class Descriptors {
  private Descriptors() {}

  /**
   * Opens a directory for {@code openat(2)} below it, close-on-exec.
   *
   * @throws LinuxException when it does not exist, is no directory or may not be read
   */
  public static int openDirectory(Path directory) {
    return open(directory, Libc.O_RDONLY() | Libc.O_DIRECTORY());
  }

  /**
   * {@code open(2)} of an existing file, close-on-exec.
   *
   * @param flags {@code O_*}
   * @throws LinuxException naming the path
   */
  public static int open(Path path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          Linux.openat(
              CallState.ofThread(),
              Libc.AT_FDCWD(),
              arena.allocateFrom(path.toString()),
              flags | Libc.O_CLOEXEC(),
              0);
      if (fd < 0) {
        throw new LinuxException("open", "path=" + path + ", flags=" + hex(flags), -fd);
      }
      return fd;
    }
  }

  /**
   * Makes an eventfd with count 0, close-on-exec and blocking: a ring answers {@code -EAGAIN} to a
   * read of a non-blocking one instead of waiting for a count.
   */
  public static int eventfd() {
    int fd = Linux.eventfd(CallState.ofThread(), 0, Libc.EFD_CLOEXEC());
    if (fd < 0) {
      throw new LinuxException("eventfd", "initialValue=0, flags=EFD_CLOEXEC", -fd);
    }
    return fd;
  }

  /**
   * Adds 1 to an eventfd's count, which wakes whoever reads it ({@code eventfd(2)}).
   *
   * @throws LinuxException when it is no eventfd
   */
  public static void signal(int eventFd) {
    int result = signal(CallState.ofThread(), eventFd);
    if (result < 0) {
      throw new LinuxException("write", "fd=" + eventFd + ", bytes=8", -result);
    }
  }

  /**
   * The same for event loops. Cheaper than a ring's write, which for an eventfd always goes through
   * a kernel worker thread.
   *
   * @return 0 or {@code -errno}
   */
  public static int signal(CallState state, int eventFd) {
    state.scratch().set(JAVA_LONG, 0, 1L);
    long written;
    do {
      written = Linux.write(state, eventFd, state.scratch(), Long.BYTES);
    } while (written == -Errno.EINTR);
    return written < 0 ? (int) written : 0;
  }

  /** {@code close(2)}; an error is ignored, as the descriptor is gone all the same. */
  public static void close(int fd) {
    Linux.close(CallState.ofThread(), fd);
  }

  private static String hex(int flags) {
    return "0x" + Integer.toHexString(flags);
  }
}
