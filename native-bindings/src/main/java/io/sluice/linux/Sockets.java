package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.linux.generated.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * TCP sockets and their options. Any thread may call; the methods that take a {@link CallState}
 * neither allocate nor throw and are meant for event loops.
 */
public final class Sockets {
  private static final int SCRATCH_LENGTH_OFFSET = 8;

  private Sockets() {}

  /**
   * Opens a listening TCP socket. Accepted sockets inherit its buffer sizes and {@code
   * TCP_NODELAY}. An IPv6 wildcard address accepts IPv4 as well, and falls back to IPv4 where the
   * kernel has no IPv6.
   *
   * <p>The socket is blocking: before Linux 5.19 a ring answers {@code -EAGAIN} to an accept on a
   * non-blocking one instead of waiting for a connection.
   *
   * @param address where to listen; port 0 lets the kernel choose, see {@link #localAddress}
   * @param sendBufferBytes {@code SO_SNDBUF}, which the kernel doubles and caps ({@code
   *     socket(7)}); 0 leaves it to autotuning
   * @param receiveBufferBytes {@code SO_RCVBUF}, likewise
   * @param backlog how many connections may wait to be accepted
   * @return the descriptor
   * @throws LinuxException when the address is in use or not ours, or the port is privileged
   * @throws IllegalArgumentException when {@code address} is unresolved
   */
  public static int listenTcp(
      InetSocketAddress address, int sendBufferBytes, int receiveBufferBytes, int backlog) {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("Unresolved host name: " + address.getHostString());
    }
    InetSocketAddress target = address;
    int fd = open(SocketAddress.family(target.getAddress()), Libc.SOCK_CLOEXEC());
    if (fd == -Errno.EAFNOSUPPORT && target.getAddress().isAnyLocalAddress()) {
      target = new InetSocketAddress(wildcardV4(), target.getPort());
      fd = open(Libc.AF_INET(), Libc.SOCK_CLOEXEC());
    }
    requireOpened(fd, SocketAddress.family(target.getAddress()));
    try {
      setOption(fd, Libc.SOL_SOCKET(), Libc.SO_REUSEADDR(), 1);
      setOption(fd, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY(), 1);
      if (target.getAddress() instanceof Inet6Address) {
        setOption(fd, Libc.IPPROTO_IPV6(), Libc.IPV6_V6ONLY(), 0);
      }
      if (sendBufferBytes > 0) {
        setOption(fd, Libc.SOL_SOCKET(), Libc.SO_SNDBUF(), sendBufferBytes);
      }
      // Before listen(2): the window scale is settled in the handshake (tcp(7)).
      if (receiveBufferBytes > 0) {
        setOption(fd, Libc.SOL_SOCKET(), Libc.SO_RCVBUF(), receiveBufferBytes);
      }
      bind(fd, target);
      listen(fd, target, backlog);
      return fd;
    } catch (LinuxException failed) {
      Descriptors.close(fd);
      throw failed;
    }
  }

  /**
   * Opens a TCP socket to connect with: close-on-exec, non-blocking, {@code TCP_NODELAY}.
   *
   * @param family {@code AF_INET} or {@code AF_INET6}
   * @param sendBufferBytes {@code SO_SNDBUF}; 0 leaves it to autotuning
   * @param receiveBufferBytes {@code SO_RCVBUF}; 0 leaves it to autotuning
   * @return the descriptor
   * @throws LinuxException such as {@code EMFILE}
   */
  public static int tcp(int family, int sendBufferBytes, int receiveBufferBytes) {
    int fd = open(family, Libc.SOCK_CLOEXEC() | Libc.SOCK_NONBLOCK());
    requireOpened(fd, family);
    try {
      setOption(fd, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY(), 1);
      if (sendBufferBytes > 0) {
        setOption(fd, Libc.SOL_SOCKET(), Libc.SO_SNDBUF(), sendBufferBytes);
      }
      if (receiveBufferBytes > 0) {
        setOption(fd, Libc.SOL_SOCKET(), Libc.SO_RCVBUF(), receiveBufferBytes);
      }
      return fd;
    } catch (LinuxException failed) {
      Descriptors.close(fd);
      throw failed;
    }
  }

  /**
   * Opens a TCP socket to connect with, for event loops.
   *
   * @return the descriptor (close-on-exec, non-blocking), or {@code -errno}
   */
  public static int tcp(CallState state, int family) {
    return Linux.socket(
        state, family, Libc.SOCK_STREAM() | Libc.SOCK_CLOEXEC() | Libc.SOCK_NONBLOCK(), 0);
  }

  /**
   * Sets an option that is an int.
   *
   * @param level such as {@code SOL_SOCKET}
   * @param name such as {@code SO_RCVBUF}
   * @throws LinuxException naming the option and the value
   */
  public static void setOption(int fd, int level, int name, int value) {
    int result = setOption(CallState.ofThread(), fd, level, name, value);
    if (result < 0) {
      throw new LinuxException(
          "setsockopt",
          "fd=" + fd + ", level=" + level + ", name=" + name + ", value=" + value,
          -result);
    }
  }

  /**
   * Sets an option that is an int, for event loops.
   *
   * @return 0 or {@code -errno}
   */
  public static int setOption(CallState state, int fd, int level, int name, int value) {
    return Linux.setsockopt(state, fd, level, name, state.scratchOf(value), Integer.BYTES);
  }

  /**
   * Reads an option that is an int.
   *
   * @throws LinuxException naming the option
   */
  public static int option(int fd, int level, int name) {
    CallState state = CallState.ofThread();
    MemorySegment value = state.scratch();
    MemorySegment length = value.asSlice(SCRATCH_LENGTH_OFFSET);
    length.set(JAVA_INT, 0, Integer.BYTES);
    int result = Linux.getsockopt(state, fd, level, name, value, length);
    if (result < 0) {
      throw new LinuxException(
          "getsockopt", "fd=" + fd + ", level=" + level + ", name=" + name, -result);
    }
    return value.get(JAVA_INT, 0);
  }

  /**
   * Sets {@code SO_SNDBUF}, for event loops. The kernel doubles it for its own book-keeping and
   * caps it at twice {@code net.core.wmem_max}.
   *
   * @return 0 or {@code -errno}
   */
  public static int setSendBuffer(CallState state, int fd, int bytes) {
    return setOption(state, fd, Libc.SOL_SOCKET(), Libc.SO_SNDBUF(), bytes);
  }

  /**
   * Bytes in the send queue that the peer has not acknowledged ({@code SIOCOUTQ}, {@code tcp(7)}),
   * for event loops.
   *
   * @return the bytes or {@code -errno}
   */
  public static int outstandingBytes(CallState state, int fd) {
    int result = Linux.ioctl(state, fd, Libc.SIOCOUTQ(), state.scratchOf(0));
    return result < 0 ? result : state.scratch().get(JAVA_INT, 0);
  }

  /** The address a socket is bound to ({@code getsockname(2)}); its port after binding port 0. */
  public static InetSocketAddress localAddress(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address =
          arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      MemorySegment length = arena.allocateFrom(JAVA_INT, SocketAddress.MAX_BYTES);
      int result = Linux.getsockname(CallState.ofThread(), fd, address, length);
      if (result < 0) {
        throw new LinuxException("getsockname", "fd=" + fd, -result);
      }
      return SocketAddress.read(address);
    }
  }

  /** The address of the other end ({@code getpeername(2)}). */
  public static InetSocketAddress peerAddress(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address =
          arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      MemorySegment length = arena.allocateFrom(JAVA_INT, SocketAddress.MAX_BYTES);
      int result = Linux.getpeername(CallState.ofThread(), fd, address, length);
      if (result < 0) {
        throw new LinuxException("getpeername", "fd=" + fd, -result);
      }
      return SocketAddress.read(address);
    }
  }

  private static int open(int family, int flags) {
    return Linux.socket(CallState.ofThread(), family, Libc.SOCK_STREAM() | flags, 0);
  }

  private static void requireOpened(int fd, int family) {
    if (fd < 0) {
      throw new LinuxException("socket", "domain=" + family + ", type=SOCK_STREAM", -fd);
    }
  }

  private static void bind(int fd, InetSocketAddress address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      int bytes = SocketAddress.write(address, target);
      int result = Linux.bind(CallState.ofThread(), fd, target, bytes);
      if (result < 0) {
        throw new LinuxException("bind", "fd=" + fd + ", address=" + address, -result);
      }
    }
  }

  private static void listen(int fd, InetSocketAddress address, int backlog) {
    int result = Linux.listen(CallState.ofThread(), fd, backlog);
    if (result < 0) {
      throw new LinuxException(
          "listen", "fd=" + fd + ", address=" + address + ", backlog=" + backlog, -result);
    }
  }

  private static InetAddress wildcardV4() {
    try {
      return Inet4Address.getByAddress(new byte[4]);
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 bytes are always an address", impossible);
    }
  }
}
