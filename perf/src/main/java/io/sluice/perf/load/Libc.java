package io.sluice.perf.load;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The few calls of the C library that the load generator makes and the JDK has no way to: receiving
 * without a copy, and asking about and dropping the page cache. Any thread may call.
 */
public final class Libc {
  /** Discards what is received instead of copying it; tcp(7). */
  static final int MSG_TRUNC = 0x20;

  /** Fails with EPIPE where SIGPIPE would be raised; send(2). */
  static final int MSG_NOSIGNAL = 0x4000;

  private static final int AF_INET = 2;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int POSIX_FADV_DONTNEED = 4;
  private static final int SC_PAGESIZE = 30;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final long NS_PER_S = 1_000_000_000L;
  private static final int SOCKADDR_IN_BYTES = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CONNECT =
      call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECV =
      call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SEND =
      call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      callVariadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle FSYNC = call("fsync", JAVA_INT, JAVA_INT);
  private static final MethodHandle POSIX_FADVISE =
      call("posix_fadvise", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MINCORE =
      call("mincore", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle SYSCONF = call("sysconf", JAVA_LONG, JAVA_INT);
  private static final MethodHandle STRERROR = plain("strerror", ADDRESS, JAVA_INT);

  private Libc() {}

  private static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(result, arguments));
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle callVariadic(
      String name, int fixedArguments, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixedArguments));
  }

  /**
   * Memory for one thread to learn errno in.
   *
   * @param arena owns it
   * @return the memory, to be handed to each call
   */
  static MemorySegment callState(Arena arena) {
    return arena.allocate(CALL_STATE);
  }

  /**
   * Connects a blocking TCP socket over IPv4, with TCP_NODELAY; socket(2), connect(2).
   *
   * @param state errno memory of this thread
   * @param address four bytes in network order
   * @param port the port
   * @param receiveTimeoutNs how long a receive may wait; SO_RCVTIMEO of socket(7)
   * @return the descriptor
   * @throws IOException when it cannot be connected
   */
  static int connect(MemorySegment state, byte[] address, int port, long receiveTimeoutNs)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int socket =
          (int)
              check(
                  "socket",
                  state,
                  (int) SOCKET.invokeExact(state, AF_INET, SOCK_STREAM_CLOEXEC, 0));
      try {
        MemorySegment time = arena.allocate(16, 8);
        time.set(JAVA_LONG, 0, receiveTimeoutNs / NS_PER_S);
        time.set(JAVA_LONG, 8, receiveTimeoutNs % NS_PER_S / 1_000);
        option(state, socket, SOL_SOCKET, SO_RCVTIMEO, time);
        option(state, socket, IPPROTO_TCP, TCP_NODELAY, arena.allocateFrom(JAVA_INT, 1));
        MemorySegment to = socketAddress(arena, address, port);
        check("connect", state, (int) CONNECT.invokeExact(state, socket, to, SOCKADDR_IN_BYTES));
        return socket;
      } catch (IOException e) {
        close(state, socket);
        throw e;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MemorySegment socketAddress(Arena arena, byte[] address, int port) {
    MemorySegment to = arena.allocate(SOCKADDR_IN_BYTES, 8);
    to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    to.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
    to.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
    MemorySegment.copy(address, 0, to, ValueLayout.JAVA_BYTE, 4, 4);
    return to;
  }

  private static void option(
      MemorySegment state, int socket, int level, int name, MemorySegment value) throws Throwable {
    int length = (int) value.byteSize();
    check(
        "setsockopt",
        state,
        (int) SETSOCKOPT.invokeExact(state, socket, level, name, value, length));
  }

  /**
   * Receives, or discards with {@link #MSG_TRUNC}; recv(2).
   *
   * @param state errno memory of this thread
   * @param socket the descriptor
   * @param buffer where to; not touched when discarding
   * @param bytes how much at most
   * @param flags MSG_ flags
   * @return bytes received, 0 at the end of the stream
   * @throws IOException when the connection failed, or nothing came within the receive time-out
   */
  static long receive(MemorySegment state, int socket, MemorySegment buffer, long bytes, int flags)
      throws IOException {
    try {
      long received;
      do {
        received = (long) RECV.invokeExact(state, socket, buffer, bytes, flags);
      } while (received < 0 && (int) ERRNO.get(state, 0L) == EINTR);
      if (received < 0 && (int) ERRNO.get(state, 0L) == EAGAIN) {
        throw new IOException("nothing was received within the receive time-out");
      }
      return check("recv", state, received);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Sends all of a segment; send(2).
   *
   * @param state errno memory of this thread
   * @param socket the descriptor
   * @param buffer what to send
   * @throws IOException when the connection failed
   */
  static void send(MemorySegment state, int socket, MemorySegment buffer) throws IOException {
    try {
      long sent = 0;
      while (sent < buffer.byteSize()) {
        MemorySegment rest = buffer.asSlice(sent);
        sent +=
            check(
                "send",
                state,
                (long) SEND.invokeExact(state, socket, rest, rest.byteSize(), MSG_NOSIGNAL));
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Closes a descriptor; close(2). Errors mean nothing for a socket that is only read.
   *
   * @param state errno memory of this thread
   * @param descriptor the descriptor
   */
  static void close(MemorySegment state, int descriptor) {
    try {
      int ignored = (int) CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Writes a file's dirty pages back and drops its clean ones from the page cache; fsync(2),
   * posix_fadvise(2) with POSIX_FADV_DONTNEED. Pages that a process has mapped stay.
   *
   * @param file the file
   * @throws IOException when it cannot be opened or written back
   */
  public static void dropFromPageCache(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = callState(arena);
      MemorySegment name = arena.allocateFrom(file.toString());
      int descriptor =
          (int)
              check(
                  "open " + file, state, (int) OPEN.invokeExact(state, name, O_RDONLY_CLOEXEC, 0));
      try {
        check("fsync " + file, state, (int) FSYNC.invokeExact(state, descriptor));
        int error = (int) POSIX_FADVISE.invokeExact(state, descriptor, 0L, 0L, POSIX_FADV_DONTNEED);
        if (error != 0) {
          throw new IOException("posix_fadvise " + file + ": " + text(error));
        }
      } finally {
        close(state, descriptor);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * How many pages of a mapped file are in the page cache; mincore(2). Root and the file's owner
   * get the truth; others are told that all are.
   *
   * @param mapping a mapping of the file, from its start
   * @return resident pages of {@link #pageBytes()} each
   * @throws IOException when the kernel refuses
   */
  public static long residentPages(MemorySegment mapping) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long pages = (mapping.byteSize() + pageBytes() - 1) / pageBytes();
      MemorySegment vector = arena.allocate(Math.max(1, pages));
      MemorySegment state = callState(arena);
      check(
          "mincore", state, (int) MINCORE.invokeExact(state, mapping, mapping.byteSize(), vector));
      long resident = 0;
      for (long page = 0; page < pages; page++) {
        resident += vector.get(ValueLayout.JAVA_BYTE, page) & 1;
      }
      return resident;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The kernel's page size; sysconf(3).
   *
   * @return bytes
   */
  public static long pageBytes() {
    try (Arena arena = Arena.ofConfined()) {
      return (long) SYSCONF.invokeExact(callState(arena), SC_PAGESIZE);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static long check(String call, MemorySegment state, long result) throws IOException {
    if (result < 0) {
      throw new IOException(call + ": " + text((int) ERRNO.get(state, 0L)));
    }
    return result;
  }

  private static String text(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0) + " (errno " + errno + ")";
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
