package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.ResourceLimit;
import io.sluice.linux.SocketAddress;
import io.sluice.linux.Sockets;
import io.sluice.linux.generated.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server relies on when it talks to peers through the ring. */
@Tag("kernel")
@ParameterizedClass
@EnumSource(RingConfiguration.class)
class SocketBehaviourTest {
  private static final int SEND_BUFFER_BYTES = 64 * 1024;
  private static final int READ_TIMEOUT_MS = 30_000;
  private static final int O_NONBLOCK_OCTAL = 04000;
  private static final int O_CLOEXEC_OCTAL = 02000000;

  private final RingConfiguration configuration;
  private final CallState state = CallState.ofThread();
  private RingFixture fixture;
  private IoUring ring;
  private int listenFd;
  private InetSocketAddress address;

  SocketBehaviourTest(RingConfiguration configuration) {
    this.configuration = configuration;
  }

  @BeforeEach
  void open() {
    fixture = new RingFixture(configuration);
    ring = fixture.ring;
    listenFd =
        Sockets.listenTcp(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SEND_BUFFER_BYTES, 0, 16);
    address = Sockets.localAddress(listenFd);
  }

  @AfterEach
  void close() {
    fixture.close();
    Descriptors.close(listenFd);
  }

  @Test
  void acceptConnectSendAndReceive() {
    long accept = accept();
    int client = Sockets.tcp(Libc.AF_INET(), 0, 0);
    assertEquals(0, connect(client, address));
    int server = fixture.await(accept);
    assertTrue(server >= 0, Errno.name(-server));

    fixture.buffer().setString(0, "hello");
    assertEquals(6, fixture.await(send(client, 0, 6)));
    assertEquals(6, fixture.await(recv(server, 100, 1000)));

    assertEquals("hello", fixture.buffer().getString(100));
    Descriptors.close(client);
    Descriptors.close(server);
  }

  @Test
  void acceptedSocketIsNonBlockingAndNotInherited() throws IOException {
    try (Pair pair = new Pair()) {
      String flags =
          Files.readAllLines(Path.of("/proc/self/fdinfo/" + pair.server)).stream()
              .filter(line -> line.startsWith("flags:"))
              .findFirst()
              .orElseThrow();
      int value = Integer.parseInt(flags.substring("flags:".length()).strip(), 8);
      assertEquals(
          O_NONBLOCK_OCTAL | O_CLOEXEC_OCTAL, value & (O_NONBLOCK_OCTAL | O_CLOEXEC_OCTAL));
    }
  }

  @Test
  void receiveWaitsForBytesAndReturnsWhatIsThere() throws IOException {
    try (Pair pair = new Pair()) {
      long recv = recv(pair.server, 0, 1000);
      fixture.assertPending(recv);
      pair.client.getOutputStream().write(new byte[] {1, 2, 3});
      assertEquals(3, fixture.await(recv));
      assertEquals(2, fixture.buffer().get(JAVA_BYTE, 1));
    }
  }

  @Test
  void receiveReturnsZeroAtTheEndOfTheStream() throws IOException {
    try (Pair pair = new Pair()) {
      long recv = recv(pair.server, 0, 1000);
      pair.client.shutdownOutput();
      assertEquals(0, fixture.await(recv));
    }
  }

  @Test
  void receiveReportsAReset() throws IOException {
    try (Pair pair = new Pair()) {
      long recv = recv(pair.server, 0, 1000);
      fixture.assertPending(recv);
      pair.client.setSoLinger(true, 0);
      pair.client.close();
      assertEquals(-Errno.ECONNRESET, fixture.await(recv));
    }
  }

  @Test
  void sendToAClosedPeerFailsWithoutASignal() throws IOException {
    try (Pair pair = new Pair()) {
      pair.client.setSoLinger(true, 0);
      pair.client.close();
      // The reset answers the first send at the latest, after that there is no peer.
      int first = fixture.await(send(pair.server, 0, 1000));
      int second = fixture.await(send(pair.server, 0, 1000));
      assertTrue(first == 1000 || first == -Errno.ECONNRESET || first == -Errno.EPIPE);
      assertTrue(second == -Errno.EPIPE || second == -Errno.ECONNRESET, Errno.name(-second));
    }
  }

  @Test
  void sendToAPeerThatDoesNotReadIsShortThenWaitsAndCanBeCancelled() throws IOException {
    try (Pair pair = new Pair()) {
      long send = send(pair.server, 0, RingFixture.BUFFER_BYTES);
      int first = fixture.await(send);
      assertTrue(first > 0 && first < RingFixture.BUFFER_BYTES, "not short: " + first);
      send = send(pair.server, 0, RingFixture.BUFFER_BYTES);
      while (fixture.completesWithin(100, send)) {
        assertTrue(fixture.await(send) > 0);
        send = send(pair.server, 0, RingFixture.BUFFER_BYTES);
      }
      assertTrue(Sockets.outstandingBytes(state, pair.server) > 0);

      assertEquals(0, cancel(send));

      int cancelled = fixture.await(send);
      assertTrue(cancelled == -Errno.ECANCELED || cancelled > 0, Errno.name(-cancelled));
    }
  }

  @Test
  void waitingSendGoesOnWhenThePeerReads() throws IOException {
    try (Pair pair = new Pair()) {
      int sentBytes = 0;
      long send = send(pair.server, 0, RingFixture.BUFFER_BYTES);
      while (fixture.completesWithin(100, send)) {
        sentBytes += fixture.await(send);
        send = send(pair.server, 0, RingFixture.BUFFER_BYTES);
      }
      assertEquals(sentBytes, pair.client.getInputStream().readNBytes(sentBytes).length);
      assertTrue(fixture.await(send) > 0);
    }
  }

  /** A worker that waited in the socket would be lost to the sends behind it. */
  @Test
  void asynchronousSendsToPeersThatDoNotReadKeepNoneBack() throws IOException {
    try (Pair stopped = new Pair();
        Pair healthy = new Pair()) {
      long waiting = sendAsync(stopped.server);
      while (fixture.completesWithin(100, waiting)) {
        assertTrue(fixture.await(waiting) > 0);
        waiting = sendAsync(stopped.server);
      }
      int sent = fixture.await(sendAsync(healthy.server));
      assertTrue(sent > 0, Errno.name(-sent));
      assertEquals(sent, healthy.client.getInputStream().readNBytes(sent).length);

      int found = cancel(waiting);

      assertTrue(found == 0 || found == -Errno.EALREADY, Errno.name(-found));
      int cancelled = fixture.await(waiting);
      boolean ended = cancelled == -Errno.ECANCELED || cancelled == -Errno.EINTR || cancelled > 0;
      assertTrue(ended, Errno.name(-cancelled));
    }
  }

  @Test
  void pendingReceiveCanBeCancelled() throws IOException {
    try (Pair pair = new Pair()) {
      long recv = recv(pair.server, 0, 1000);
      fixture.assertPending(recv);
      assertEquals(0, cancel(recv));
      assertEquals(-Errno.ECANCELED, fixture.await(recv));
    }
  }

  @Test
  void pendingAcceptCanBeCancelled() {
    long accept = accept();
    fixture.assertPending(accept);
    assertEquals(0, cancel(accept));
    assertEquals(-Errno.ECANCELED, fixture.await(accept));
  }

  @Test
  void pendingPollCanBeCancelled() throws IOException {
    try (Pair pair = new Pair()) {
      long poll = fixture.nextUserData();
      ring.pollAdd(pair.server, Libc.POLLIN(), poll);
      fixture.assertPending(poll);
      assertEquals(0, cancel(poll));
      assertEquals(-Errno.ECANCELED, fixture.await(poll));
    }
  }

  @Test
  void pollTellsThatBytesWait() throws IOException {
    try (Pair pair = new Pair()) {
      long poll = fixture.nextUserData();
      ring.pollAdd(pair.server, Libc.POLLIN() | Libc.POLLRDHUP(), poll);
      pair.client.getOutputStream().write(1);
      assertEquals(Libc.POLLIN(), fixture.await(poll));
    }
  }

  @Test
  void pollTellsThatThePeerHungUp() throws IOException {
    try (Pair pair = new Pair()) {
      long poll = fixture.nextUserData();
      ring.pollAdd(pair.server, Libc.POLLRDHUP(), poll);
      pair.client.close();
      assertEquals(Libc.POLLRDHUP(), fixture.await(poll) & Libc.POLLRDHUP());
    }
  }

  @Test
  void closingADescriptorDoesNotEndItsPendingReceive() throws IOException {
    try (Pair pair = new Pair()) {
      long recv = recv(pair.server, 0, 1000);
      fixture.assertPending(recv);
      long close = fixture.nextUserData();
      ring.close(pair.server, close);
      assertEquals(0, fixture.await(close));
      fixture.assertPending(recv);
      assertEquals(0, cancel(recv));
      assertEquals(-Errno.ECANCELED, fixture.await(recv));
    }
  }

  @Test
  void shutdownEndsAPendingReceive() throws IOException {
    try (Pair pair = new Pair()) {
      long recv = recv(pair.server, 0, 1000);
      fixture.assertPending(recv);
      assertEquals(0, Linux.shutdown(state, pair.server, Libc.SHUT_RDWR()));
      assertEquals(0, fixture.await(recv));
    }
  }

  @Test
  void connectToNobodyIsRefused() {
    Descriptors.close(listenFd);
    int client = Sockets.tcp(Libc.AF_INET(), 0, 0);
    assertEquals(-Errno.ECONNREFUSED, connect(client, address));
    Descriptors.close(client);
    listenFd = -1;
  }

  @Test
  void acceptWithoutAFreeDescriptorFailsAndLeavesTheConnectionWaiting() throws IOException {
    // Once before, so that nothing has to be loaded while there are no descriptors.
    new Pair().close();
    long limit = ResourceLimit.NOFILE.soft();
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      int result;
      ResourceLimit.NOFILE.setSoft(0);
      try {
        result = fixture.await(accept());
      } finally {
        ResourceLimit.NOFILE.setSoft(limit);
      }
      assertEquals(-Errno.EMFILE, result);

      int server = fixture.await(accept());
      assertTrue(server >= 0, Errno.name(-server));
      assertEquals(client.getLocalPort(), Sockets.peerAddress(server).getPort());
      Descriptors.close(server);
    }
  }

  /** A connection with an ordinary socket at the other end. */
  private final class Pair implements AutoCloseable {
    final Socket client;
    final int server;

    Pair() throws IOException {
      long accept = accept();
      client = new Socket();
      client.setReceiveBufferSize(SEND_BUFFER_BYTES);
      client.setSoTimeout(READ_TIMEOUT_MS);
      client.connect(address);
      server = fixture.await(accept);
      assertTrue(server >= 0, Errno.name(-server));
    }

    @Override
    public void close() throws IOException {
      client.close();
      Descriptors.close(server);
    }
  }

  private long accept() {
    long userData = fixture.nextUserData();
    ring.accept(listenFd, userData);
    return userData;
  }

  private int connect(int fd, InetSocketAddress target) {
    long userData = fixture.nextUserData();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment encoded =
          arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      int length = SocketAddress.write(target, encoded);
      ring.connect(fd, encoded.address(), length, userData);
      return fixture.await(userData);
    }
  }

  private long sendAsync(int fd) {
    long userData = fixture.nextUserData();
    ring.sendAsync(fd, fixture.bufferAddress(), RingFixture.BUFFER_BYTES, 0, userData);
    return userData;
  }

  private long send(int fd, long bufferOffset, int length) {
    long userData = fixture.nextUserData();
    ring.send(fd, fixture.bufferAddress() + bufferOffset, length, 0, userData);
    return userData;
  }

  private long recv(int fd, long bufferOffset, int length) {
    long userData = fixture.nextUserData();
    ring.recv(fd, fixture.bufferAddress() + bufferOffset, length, 0, userData);
    return userData;
  }

  private int cancel(long target) {
    long userData = fixture.nextUserData();
    ring.cancel(target, userData);
    return fixture.await(userData);
  }
}
