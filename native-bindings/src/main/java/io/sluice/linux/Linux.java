package io.sluice.linux;

import static io.sluice.linux.generated.Libc$shared.C_LONG;

import io.sluice.linux.generated.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls, one method each, named and documented as in section 2 of the manual. All follow the
 * kernel's convention: the result, or {@code -errno}. None allocates and none throws, so that event
 * loops can use them; for everything else there are {@link Sockets}, {@link Descriptors} and the
 * other classes of this package, which turn failures into a {@link LinuxException}.
 *
 * <p>All go through one handle, that of {@code syscall(2)}: each handle of another shape takes a
 * node 10 ms of its start and a third of a MiB.
 *
 * <p>Any thread may call, with a {@link CallState} of its own.
 */
public final class Linux {
  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Libc.syscall.address(),
              FunctionDescriptor.of(C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG),
              Linker.Option.firstVariadicArg(1),
              Linker.Option.captureCallState("errno"));

  private Linux() {}

  /**
   * Refuses any platform that the bindings were not made for; flags such as {@code O_DIRECT} have
   * other values on other processors.
   *
   * @throws UnsupportedOperationException naming the platform
   */
  public static void requireSupportedPlatform() {
    String system = System.getProperty("os.name");
    String processor = System.getProperty("os.arch");
    if (!"Linux".equals(system) || !"amd64".equals(processor)) {
      throw new UnsupportedOperationException(
          "This is "
              + system
              + " on "
              + processor
              + "; the bindings are for Linux on amd64 (x86-64) only. Run it there.");
    }
  }

  /** {@code bind(2)}. */
  public static int bind(CallState state, int fd, MemorySegment address, int addressBytes) {
    return (int) syscall(state, SystemCall.BIND, fd, addressOf(address), addressBytes, 0, 0, 0);
  }

  /** {@code close(2)}. */
  public static int close(CallState state, int fd) {
    return (int) syscall(state, SystemCall.CLOSE, fd, 0, 0, 0, 0, 0);
  }

  /** {@code eventfd(2)}. */
  public static int eventfd(CallState state, int initialValue, int flags) {
    return (int) syscall(state, SystemCall.EVENTFD2, initialValue, flags, 0, 0, 0, 0);
  }

  /** {@code fcntl(2)} with an int argument. */
  public static int fcntl(CallState state, int fd, int command, int argument) {
    return (int) syscall(state, SystemCall.FCNTL, fd, command, argument, 0, 0, 0);
  }

  /** {@code getpeername(2)}. */
  public static int getpeername(
      CallState state, int fd, MemorySegment address, MemorySegment addressBytes) {
    return (int)
        syscall(
            state,
            SystemCall.GETPEERNAME,
            fd,
            addressOf(address),
            addressOf(addressBytes),
            0,
            0,
            0);
  }

  /** {@code getrlimit(2)}. */
  public static int getrlimit(CallState state, int resource, MemorySegment limit) {
    return (int) syscall(state, SystemCall.GETRLIMIT, resource, addressOf(limit), 0, 0, 0, 0);
  }

  /** {@code getsockname(2)}. */
  public static int getsockname(
      CallState state, int fd, MemorySegment address, MemorySegment addressBytes) {
    return (int)
        syscall(
            state,
            SystemCall.GETSOCKNAME,
            fd,
            addressOf(address),
            addressOf(addressBytes),
            0,
            0,
            0);
  }

  /** {@code getsockopt(2)}. */
  public static int getsockopt(
      CallState state, int fd, int level, int name, MemorySegment value, MemorySegment valueBytes) {
    return (int)
        syscall(
            state,
            SystemCall.GETSOCKOPT,
            fd,
            level,
            name,
            addressOf(value),
            addressOf(valueBytes),
            0);
  }

  /** {@code inotify_add_watch(2)}. */
  public static int inotifyAddWatch(CallState state, int fd, MemorySegment path, int mask) {
    return (int) syscall(state, SystemCall.INOTIFY_ADD_WATCH, fd, addressOf(path), mask, 0, 0, 0);
  }

  /** {@code inotify_init1(2)}. */
  public static int inotifyInit1(CallState state, int flags) {
    return (int) syscall(state, SystemCall.INOTIFY_INIT1, flags, 0, 0, 0, 0, 0);
  }

  /** {@code inotify_rm_watch(2)}. */
  public static int inotifyRmWatch(CallState state, int fd, int watch) {
    return (int) syscall(state, SystemCall.INOTIFY_RM_WATCH, fd, watch, 0, 0, 0, 0);
  }

  /** {@code ioctl(2)} with a pointer argument. */
  public static int ioctl(CallState state, int fd, long request, MemorySegment argument) {
    return (int) syscall(state, SystemCall.IOCTL, fd, request, addressOf(argument), 0, 0, 0);
  }

  /** {@code listen(2)}. */
  public static int listen(CallState state, int fd, int backlog) {
    return (int) syscall(state, SystemCall.LISTEN, fd, backlog, 0, 0, 0, 0);
  }

  /** {@code madvise(2)}. */
  public static int madvise(CallState state, MemorySegment address, long bytes, int advice) {
    return (int) syscall(state, SystemCall.MADVISE, addressOf(address), bytes, advice, 0, 0, 0);
  }

  /** {@code munmap(2)}. */
  public static int munmap(CallState state, MemorySegment address, long bytes) {
    return (int) syscall(state, SystemCall.MUNMAP, addressOf(address), bytes, 0, 0, 0, 0);
  }

  /** {@code openat(2)}. */
  public static int openat(
      CallState state, int directoryFd, MemorySegment path, int flags, int mode) {
    return (int) syscall(state, SystemCall.OPENAT, directoryFd, addressOf(path), flags, mode, 0, 0);
  }

  /** {@code poll(2)}. */
  public static int poll(CallState state, MemorySegment descriptors, int count, int timeoutMs) {
    return (int) syscall(state, SystemCall.POLL, addressOf(descriptors), count, timeoutMs, 0, 0, 0);
  }

  /** {@code preadv2(2)}. */
  public static long preadv2(
      CallState state, int fd, MemorySegment vectors, int count, long fileOffset, int flags) {
    // The kernel takes the offset in two halves, the upper one of which it ignores on 64 bits.
    return syscall(state, SystemCall.PREADV2, fd, addressOf(vectors), count, fileOffset, 0, flags);
  }

  /** {@code read(2)}. */
  public static long read(CallState state, int fd, MemorySegment buffer, long bytes) {
    return syscall(state, SystemCall.READ, fd, addressOf(buffer), bytes, 0, 0, 0);
  }

  /** {@code sendfile(2)}; the offset is read from {@code fileOffset} and written back there. */
  public static long sendfile(
      CallState state, int socketFd, int fd, MemorySegment fileOffset, long bytes) {
    return syscall(state, SystemCall.SENDFILE, socketFd, fd, addressOf(fileOffset), bytes, 0, 0);
  }

  /** {@code setrlimit(2)}. */
  public static int setrlimit(CallState state, int resource, MemorySegment limit) {
    return (int) syscall(state, SystemCall.SETRLIMIT, resource, addressOf(limit), 0, 0, 0, 0);
  }

  /** {@code setsockopt(2)}. */
  public static int setsockopt(
      CallState state, int fd, int level, int name, MemorySegment value, int valueBytes) {
    return (int)
        syscall(state, SystemCall.SETSOCKOPT, fd, level, name, addressOf(value), valueBytes, 0);
  }

  /** {@code shutdown(2)}. */
  public static int shutdown(CallState state, int fd, int how) {
    return (int) syscall(state, SystemCall.SHUTDOWN, fd, how, 0, 0, 0, 0);
  }

  /** {@code socket(2)}. */
  public static int socket(CallState state, int domain, int type, int protocol) {
    return (int) syscall(state, SystemCall.SOCKET, domain, type, protocol, 0, 0, 0);
  }

  /** {@code splice(2)} between descriptors that have no position, one of them a pipe. */
  public static long splice(CallState state, int fromFd, int toFd, long bytes, int flags) {
    return syscall(state, SystemCall.SPLICE, fromFd, 0, toFd, 0, bytes, flags);
  }

  /** {@code uname(2)}. */
  public static int uname(CallState state, MemorySegment name) {
    return (int) syscall(state, SystemCall.UNAME, addressOf(name), 0, 0, 0, 0, 0);
  }

  /** {@code write(2)}. */
  public static long write(CallState state, int fd, MemorySegment buffer, long bytes) {
    return syscall(state, SystemCall.WRITE, fd, addressOf(buffer), bytes, 0, 0, 0);
  }

  /**
   * {@code mmap(2)}.
   *
   * @return the address, or {@code -errno}
   */
  public static long mmap(
      CallState state,
      long address,
      long bytes,
      int protection,
      int flags,
      int fd,
      long fileOffset) {
    return syscall(state, SystemCall.MMAP, address, bytes, protection, flags, fd, fileOffset);
  }

  /** {@code pipe2(2)}; the ends' descriptors are written to {@code ends}, the one to read first. */
  public static int pipe2(CallState state, MemorySegment ends, int flags) {
    return (int) syscall(state, SystemCall.PIPE2, addressOf(ends), flags, 0, 0, 0, 0);
  }

  /** {@code posix_fadvise(2)}. */
  public static int posixFadvise(CallState state, int fd, long fileOffset, long bytes, int advice) {
    return (int) syscall(state, SystemCall.FADVISE64, fd, fileOffset, bytes, advice, 0, 0);
  }

  /**
   * {@code io_uring_setup(2)}.
   *
   * @param parametersAddress of a {@code struct io_uring_params}
   * @return the ring's descriptor, or {@code -errno}
   */
  public static int ioUringSetup(CallState state, int entries, long parametersAddress) {
    return (int) syscall(state, Libc.__NR_io_uring_setup(), entries, parametersAddress, 0, 0, 0, 0);
  }

  /**
   * {@code io_uring_enter(2)} without a signal mask.
   *
   * @return the number of submissions consumed, or {@code -errno}
   */
  public static int ioUringEnter(
      CallState state, int fd, int toSubmit, int minComplete, int flags) {
    return (int) syscall(state, Libc.__NR_io_uring_enter(), fd, toSubmit, minComplete, flags, 0, 0);
  }

  /** {@code io_uring_register(2)}. */
  public static int ioUringRegister(
      CallState state, int fd, int opcode, long argumentAddress, int arguments) {
    return (int)
        syscall(state, Libc.__NR_io_uring_register(), fd, opcode, argumentAddress, arguments, 0, 0);
  }

  /** {@code syscall(2)}, for what the C library has no function for. */
  public static long syscall(
      CallState state, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return state.result((long) SYSCALL.invokeExact(state.captured(), number, a, b, c, d, e, f));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /**
   * The address of memory that the kernel may use while this call lasts.
   *
   * @throws IllegalArgumentException for memory in the Java heap, or memory that is closed
   */
  private static long addressOf(MemorySegment memory) {
    if (!memory.isNative() || !memory.scope().isAlive()) {
      throw new IllegalArgumentException("The kernel cannot be given " + memory);
    }
    return memory.address();
  }
}
