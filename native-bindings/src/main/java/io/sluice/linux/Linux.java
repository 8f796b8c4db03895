package io.sluice.linux;

import static io.sluice.linux.generated.Libc$shared.C_INT;
import static io.sluice.linux.generated.Libc$shared.C_LONG;
import static io.sluice.linux.generated.Libc$shared.C_POINTER;

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
 * <p>Any thread may call, with a {@link CallState} of its own.
 */
public final class Linux {
  private static final MethodHandle BIND = handle(Libc.bind$address(), Libc.bind$descriptor());
  private static final MethodHandle CLOSE = handle(Libc.close$address(), Libc.close$descriptor());
  private static final MethodHandle EVENTFD =
      handle(Libc.eventfd$address(), Libc.eventfd$descriptor());
  private static final MethodHandle GETPEERNAME =
      handle(Libc.getpeername$address(), Libc.getpeername$descriptor());
  private static final MethodHandle GETRLIMIT =
      handle(Libc.getrlimit$address(), Libc.getrlimit$descriptor());
  private static final MethodHandle GETSOCKNAME =
      handle(Libc.getsockname$address(), Libc.getsockname$descriptor());
  private static final MethodHandle GETSOCKOPT =
      handle(Libc.getsockopt$address(), Libc.getsockopt$descriptor());
  private static final MethodHandle IOCTL =
      variadic(Libc.ioctl.address(), FunctionDescriptor.of(C_INT, C_INT, C_LONG, C_POINTER), 2);
  private static final MethodHandle LISTEN =
      handle(Libc.listen$address(), Libc.listen$descriptor());
  private static final MethodHandle MADVISE =
      handle(Libc.madvise$address(), Libc.madvise$descriptor());
  private static final MethodHandle MUNMAP =
      handle(Libc.munmap$address(), Libc.munmap$descriptor());
  private static final MethodHandle OPENAT =
      variadic(
          Libc.openat.address(), FunctionDescriptor.of(C_INT, C_INT, C_POINTER, C_INT, C_INT), 3);
  private static final MethodHandle PREADV2 =
      handle(Libc.preadv2$address(), Libc.preadv2$descriptor());
  private static final MethodHandle READ = handle(Libc.read$address(), Libc.read$descriptor());
  private static final MethodHandle SENDFILE =
      handle(Libc.sendfile$address(), Libc.sendfile$descriptor());
  private static final MethodHandle SETRLIMIT =
      handle(Libc.setrlimit$address(), Libc.setrlimit$descriptor());
  private static final MethodHandle SETSOCKOPT =
      handle(Libc.setsockopt$address(), Libc.setsockopt$descriptor());
  private static final MethodHandle SHUTDOWN =
      handle(Libc.shutdown$address(), Libc.shutdown$descriptor());
  private static final MethodHandle SOCKET =
      handle(Libc.socket$address(), Libc.socket$descriptor());
  private static final MethodHandle UNAME = handle(Libc.uname$address(), Libc.uname$descriptor());
  private static final MethodHandle WRITE = handle(Libc.write$address(), Libc.write$descriptor());
  private static final MethodHandle POSIX_FADVISE =
      plain(Libc.posix_fadvise$address(), Libc.posix_fadvise$descriptor());
  private static final MethodHandle MMAP =
      handle(
          Libc.mmap$address(),
          FunctionDescriptor.of(C_LONG, C_LONG, C_LONG, C_INT, C_INT, C_INT, C_LONG));
  private static final MethodHandle SYSCALL =
      variadic(
          Libc.syscall.address(),
          FunctionDescriptor.of(C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG),
          1);

  private Linux() {}

  private static MethodHandle handle(MemorySegment address, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(address, descriptor, Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle plain(MemorySegment address, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(address, descriptor);
  }

  private static MethodHandle variadic(
      MemorySegment address, FunctionDescriptor descriptor, int firstVariadic) {
    return Linker.nativeLinker()
        .downcallHandle(
            address,
            descriptor,
            Linker.Option.firstVariadicArg(firstVariadic),
            Linker.Option.captureCallState("errno"));
  }

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
    try {
      return state.result((int) BIND.invokeExact(state.captured(), fd, address, addressBytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code close(2)}. */
  public static int close(CallState state, int fd) {
    try {
      return state.result((int) CLOSE.invokeExact(state.captured(), fd));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code eventfd(2)}. */
  public static int eventfd(CallState state, int initialValue, int flags) {
    try {
      return state.result((int) EVENTFD.invokeExact(state.captured(), initialValue, flags));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code getpeername(2)}. */
  public static int getpeername(
      CallState state, int fd, MemorySegment address, MemorySegment addressBytes) {
    try {
      return state.result(
          (int) GETPEERNAME.invokeExact(state.captured(), fd, address, addressBytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code getrlimit(2)}. */
  public static int getrlimit(CallState state, int resource, MemorySegment limit) {
    try {
      return state.result((int) GETRLIMIT.invokeExact(state.captured(), resource, limit));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code getsockname(2)}. */
  public static int getsockname(
      CallState state, int fd, MemorySegment address, MemorySegment addressBytes) {
    try {
      return state.result(
          (int) GETSOCKNAME.invokeExact(state.captured(), fd, address, addressBytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code getsockopt(2)}. */
  public static int getsockopt(
      CallState state, int fd, int level, int name, MemorySegment value, MemorySegment valueBytes) {
    try {
      return state.result(
          (int) GETSOCKOPT.invokeExact(state.captured(), fd, level, name, value, valueBytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code ioctl(2)} with a pointer argument. */
  public static int ioctl(CallState state, int fd, long request, MemorySegment argument) {
    try {
      return state.result((int) IOCTL.invokeExact(state.captured(), fd, request, argument));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code listen(2)}. */
  public static int listen(CallState state, int fd, int backlog) {
    try {
      return state.result((int) LISTEN.invokeExact(state.captured(), fd, backlog));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code madvise(2)}. */
  public static int madvise(CallState state, MemorySegment address, long bytes, int advice) {
    try {
      return state.result((int) MADVISE.invokeExact(state.captured(), address, bytes, advice));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code munmap(2)}. */
  public static int munmap(CallState state, MemorySegment address, long bytes) {
    try {
      return state.result((int) MUNMAP.invokeExact(state.captured(), address, bytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code openat(2)}. */
  public static int openat(
      CallState state, int directoryFd, MemorySegment path, int flags, int mode) {
    try {
      return state.result(
          (int) OPENAT.invokeExact(state.captured(), directoryFd, path, flags, mode));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code preadv2(2)}. */
  public static long preadv2(
      CallState state, int fd, MemorySegment vectors, int count, long fileOffset, int flags) {
    try {
      return state.result(
          (long) PREADV2.invokeExact(state.captured(), fd, vectors, count, fileOffset, flags));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code read(2)}. */
  public static long read(CallState state, int fd, MemorySegment buffer, long bytes) {
    try {
      return state.result((long) READ.invokeExact(state.captured(), fd, buffer, bytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code sendfile(2)}; the offset is read from {@code fileOffset} and written back there. */
  public static long sendfile(
      CallState state, int socketFd, int fd, MemorySegment fileOffset, long bytes) {
    try {
      return state.result(
          (long) SENDFILE.invokeExact(state.captured(), socketFd, fd, fileOffset, bytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code setrlimit(2)}. */
  public static int setrlimit(CallState state, int resource, MemorySegment limit) {
    try {
      return state.result((int) SETRLIMIT.invokeExact(state.captured(), resource, limit));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code setsockopt(2)}. */
  public static int setsockopt(
      CallState state, int fd, int level, int name, MemorySegment value, int valueBytes) {
    try {
      return state.result(
          (int) SETSOCKOPT.invokeExact(state.captured(), fd, level, name, value, valueBytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code shutdown(2)}. */
  public static int shutdown(CallState state, int fd, int how) {
    try {
      return state.result((int) SHUTDOWN.invokeExact(state.captured(), fd, how));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code socket(2)}. */
  public static int socket(CallState state, int domain, int type, int protocol) {
    try {
      return state.result((int) SOCKET.invokeExact(state.captured(), domain, type, protocol));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code uname(2)}. */
  public static int uname(CallState state, MemorySegment name) {
    try {
      return state.result((int) UNAME.invokeExact(state.captured(), name));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code write(2)}. */
  public static long write(CallState state, int fd, MemorySegment buffer, long bytes) {
    try {
      return state.result((long) WRITE.invokeExact(state.captured(), fd, buffer, bytes));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
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
    try {
      return state.result(
          (long)
              MMAP.invokeExact(
                  state.captured(), address, bytes, protection, flags, fd, fileOffset));
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /** {@code posix_fadvise(3)}, which returns its error instead of setting {@code errno}. */
  public static int posixFadvise(int fd, long fileOffset, long bytes, int advice) {
    try {
      return -(int) POSIX_FADVISE.invokeExact(fd, fileOffset, bytes, advice);
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
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
}
