package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.linux.generated.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketsTest {
  private static final int SEND_BUFFER_BYTES = 32 * 1024;
  private static final int RECEIVE_BUFFER_BYTES = 48 * 1024;

  private static final long SYS_ACCEPT = 43;
  private static final long SYS_SENDTO = 44;

  private final CallState state = CallState.ofThread();
  private int fd = -1;

  @AfterEach
  void close() {
    if (fd >= 0) {
      Descriptors.close(fd);
    }
  }

  @Test
  void listeningSocketHasItsOptions() {
    fd = listen("127.0.0.1");
    assertEquals(1, Sockets.option(fd, Libc.SOL_SOCKET(), Libc.SO_ACCEPTCONN()));
    assertEquals(1, Sockets.option(fd, Libc.SOL_SOCKET(), Libc.SO_REUSEADDR()));
    assertBuffers(fd);
    assertTrue(Sockets.option(fd, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY()) != 0);
  }

  @Test
  void connectingSocketHasItsOptions() {
    fd = Sockets.tcp(Libc.AF_INET(), SEND_BUFFER_BYTES, RECEIVE_BUFFER_BYTES);
    assertBuffers(fd);
    assertTrue(Sockets.option(fd, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY()) != 0);
    assertEquals(0, Sockets.option(fd, Libc.SOL_SOCKET(), Libc.SO_ACCEPTCONN()));
  }

  @Test
  void sendBufferCanBeChanged() {
    fd = Sockets.tcp(Libc.AF_INET(), SEND_BUFFER_BYTES, 0);
    assertEquals(0, Sockets.setSendBuffer(state, fd, 2 * SEND_BUFFER_BYTES));
    assertEquals(4 * SEND_BUFFER_BYTES, Sockets.option(fd, Libc.SOL_SOCKET(), Libc.SO_SNDBUF()));
  }

  @Test
  void acceptedSocketInheritsBuffersAndDelay() throws IOException {
    fd = listen("127.0.0.1");
    try (Socket client = connect()) {
      int accepted = accept();
      assertBuffers(accepted);
      assertTrue(Sockets.option(accepted, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY()) != 0);
      assertEquals(client.getLocalPort(), Sockets.peerAddress(accepted).getPort());
      Descriptors.close(accepted);
    }
  }

  @Test
  void unacknowledgedBytesAreCounted() throws IOException {
    fd = listen("127.0.0.1");
    try (Socket client = connect();
        Arena arena = Arena.ofConfined()) {
      int accepted = accept();
      assertEquals(0, Sockets.outstandingBytes(state, accepted));
      MemorySegment bytes = arena.allocate(1 << 20);
      long sent;
      do {
        // Until the peer, which does not read, takes no more.
        sent =
            Linux.syscall(
                state,
                SYS_SENDTO,
                accepted,
                bytes.address(),
                bytes.byteSize(),
                Libc.MSG_DONTWAIT(),
                0,
                0);
      } while (sent > 0);
      assertEquals(-Errno.EAGAIN, sent);
      assertTrue(Sockets.outstandingBytes(state, accepted) > 0);
      assertTrue(client.isConnected());
      Descriptors.close(accepted);
    }
  }

  @Test
  void listeningSocketHasNoOutstandingBytes() {
    fd = listen("127.0.0.1");
    assertEquals(-Errno.EINVAL, Sockets.outstandingBytes(state, fd));
    assertEquals(-Errno.EBADF, Sockets.outstandingBytes(state, -1));
  }

  @Test
  void ipv6WildcardTakesIpv4() throws IOException {
    fd = listen("::");
    assumeTrue(Sockets.localAddress(fd).getAddress() instanceof Inet6Address, "no IPv6 here");
    try (Socket client = new Socket("127.0.0.1", Sockets.localAddress(fd).getPort())) {
      int accepted = accept();
      InetSocketAddress peer = Sockets.peerAddress(accepted);
      assertEquals(client.getLocalAddress(), peer.getAddress());
      assertEquals(client.getLocalPort(), peer.getPort());
      Descriptors.close(accepted);
    }
  }

  @Test
  void addressInUseIsNamed() {
    fd = listen("127.0.0.1");
    InetSocketAddress taken = Sockets.localAddress(fd);
    LinuxException failed =
        assertThrows(LinuxException.class, () -> Sockets.listenTcp(taken, 0, 0, 1));
    assertEquals(Errno.EADDRINUSE, failed.errno());
    assertTrue(failed.getMessage().contains("address=/127.0.0.1:" + taken.getPort()));
  }

  @Test
  void failuresAreExceptions() {
    assertErrno(Errno.EBADF, () -> Sockets.localAddress(-1));
    assertErrno(Errno.EBADF, () -> Sockets.peerAddress(-1));
    assertErrno(Errno.EBADF, () -> Sockets.option(-1, Libc.SOL_SOCKET(), Libc.SO_ERROR()));
    assertErrno(Errno.EBADF, () -> Sockets.setOption(-1, Libc.SOL_SOCKET(), Libc.SO_SNDBUF(), 1));
    assertErrno(Errno.EAFNOSUPPORT, () -> Sockets.tcp(-1, 0, 0));
    assertEquals(-Errno.EAFNOSUPPORT, Sockets.tcp(state, -1));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 1, 16", "255.255.255.255, 65535, 16", "::1, 5000, 28", "fe80::1, 0, 28"})
  void addressesSurviveTheKernelsForm(String host, int port, int bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      target.fill((byte) 0xff);
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
      assertEquals(bytes, SocketAddress.write(address, target));
      assertArrayEquals(
          address.getAddress().getAddress(), SocketAddress.read(target).getAddress().getAddress());
      assertEquals(port, SocketAddress.read(target).getPort());
    }
  }

  @Test
  void unresolvedAddressIsRefused() {
    InetSocketAddress address = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
    assertThrows(IllegalArgumentException.class, () -> Sockets.listenTcp(address, 0, 0, 1));
  }

  private static void assertErrno(int errno, Runnable call) {
    assertEquals(errno, assertThrows(LinuxException.class, call::run).errno());
  }

  private static int listen(String host) {
    return Sockets.listenTcp(
        new InetSocketAddress(host, 0), SEND_BUFFER_BYTES, RECEIVE_BUFFER_BYTES, 4);
  }

  private Socket connect() throws IOException {
    InetSocketAddress address = Sockets.localAddress(fd);
    return new Socket(address.getAddress(), address.getPort());
  }

  private int accept() {
    int accepted = (int) Linux.syscall(state, SYS_ACCEPT, fd, 0, 0, 0, 0, 0);
    assertTrue(accepted >= 0, Errno.name(-accepted));
    return accepted;
  }

  private static void assertBuffers(int socket) {
    // socket(7): the kernel doubles the value and returns the double.
    assertEquals(
        2 * SEND_BUFFER_BYTES, Sockets.option(socket, Libc.SOL_SOCKET(), Libc.SO_SNDBUF()));
    assertEquals(
        2 * RECEIVE_BUFFER_BYTES, Sockets.option(socket, Libc.SOL_SOCKET(), Libc.SO_RCVBUF()));
  }
}
