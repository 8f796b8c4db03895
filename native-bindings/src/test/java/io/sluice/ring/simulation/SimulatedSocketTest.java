package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.ECANCELED;
import static io.sluice.ring.simulation.KernelConstants.ECONNREFUSED;
import static io.sluice.ring.simulation.KernelConstants.ECONNRESET;
import static io.sluice.ring.simulation.KernelConstants.EMFILE;
import static io.sluice.ring.simulation.KernelConstants.ENFILE;
import static io.sluice.ring.simulation.KernelConstants.EPIPE;
import static io.sluice.ring.simulation.KernelConstants.ETIMEDOUT;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sockets behave as on Linux, where programs depend on it. */
class SimulatedSocketTest {
  private final RingProbe probe = new RingProbe(1, FaultPlan.none());
  private final SimulatedKernel kernel = probe.kernel;
  private final SimulatedRing ring = probe.ring;
  private final MemorySegment buffer = probe.buffer;

  @AfterEach
  void freeMemory() {
    probe.close();
  }

  @Test
  void aFullSendBufferBlocksUntilTheClientHasReadAThird() {
    int listenFd = kernel.listen();
    kernel.setSendBuffer(listenFd, 3000);
    SimulatedClient client = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    client.setReadRate(0);
    int fd = probe.accept(listenFd);
    ring.send(fd, buffer.address(), 4000, 0, 1);
    assertEquals(3000, probe.result());
    assertEquals(3000, kernel.outstandingBytes(fd));
    ring.send(fd, buffer.address(), 4000, 0, 2);
    client.setReadRate(1000);
    assertEquals(1000, probe.result());
    assertEquals(1000, client.receivedBytes());
    assertTrue(kernel.nowNs() > 800_000_000, "at 1000 bytes per second this takes a second");
  }

  @Test
  void aResetIsReportedOnceAndThenEndsTheStream() {
    int listenFd = kernel.listen();
    SimulatedClient client = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    client.send("last words");
    int fd = probe.accept(listenFd);
    kernel.advance(1_000_000);
    client.reset();
    kernel.advance(1_000_000);
    assertEquals(10, probe.recv(fd));
    assertEquals(-ECONNRESET, probe.recv(fd));
    assertEquals(0, probe.recv(fd));
    ring.send(fd, buffer.address(), 1, 0, 1);
    assertEquals(-EPIPE, probe.result());
  }

  @Test
  void anOperationInFlightKeepsAClosedSocketOpen() {
    int listenFd = kernel.listen();
    SimulatedClient client = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    int fd = probe.accept(listenFd);
    ring.recv(fd, buffer.address(), 10, 0, 1);
    ring.submitAndWait(0);
    ring.close(fd, 2);
    assertEquals(Map.of(2L, 0), probe.results(1));
    kernel.advance(1_000_000_000);
    assertFalse(client.hasSeenEnd());
    ring.cancel(1, 3);
    assertEquals(Map.of(1L, -ECANCELED, 3L, 0), probe.results(2));
    kernel.advance(1_000_000_000);
    assertTrue(client.hasSeenEnd());
    kernel.assertQuiescent();
  }

  @Test
  void closingWithUnreadDataResetsAndLosesWhatWasNotDelivered() {
    int listenFd = kernel.listen();
    SimulatedClient client = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    client.send("unread");
    int fd = probe.accept(listenFd);
    kernel.advance(1_000_000);
    ring.send(fd, buffer.address(), 10, 0, 1);
    ring.close(fd, 2);
    ring.submitAndWait(2);
    kernel.advance(1_000_000);
    assertTrue(client.hasSeenReset());
    assertFalse(client.hasSeenEnd());
  }

  @Test
  void aHalfClosedClientStillReads() {
    int listenFd = kernel.listen();
    SimulatedClient client = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    client.send("x");
    client.halfClose();
    int fd = probe.accept(listenFd);
    assertEquals(1, probe.recv(fd));
    assertEquals(0, probe.recv(fd));
    ring.send(fd, buffer.address(), 100, 0, 1);
    assertEquals(100, probe.result());
    ring.close(fd, 2);
    assertEquals(0, probe.result());
    kernel.advance(1_000_000);
    assertEquals(100, client.receivedBytes());
    assertTrue(client.hasSeenEnd());
  }

  @Test
  void aFullDescriptorTableFailsAcceptEvenWithoutAClient() {
    int listenFd = kernel.listen();
    kernel.setDescriptorLimit(1);
    assertEquals(-EMFILE, probe.accept(listenFd));
    assertEquals(-EMFILE, kernel.socket());
  }

  @Test
  void aFullBacklogMakesClientsComeAgain() {
    int listenFd = kernel.listen(1);
    SimulatedClient first = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    SimulatedClient second = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    kernel.advance(500_000_000);
    assertTrue(probe.accept(listenFd) > 0);
    assertTrue(probe.accept(listenFd) > 0);
    assertTrue(kernel.nowNs() >= 1_000_000_000, "the second waited for its second SYN");
    assertFalse(first.isOver() || second.isOver());
  }

  @Test
  void peersAnswerRefuseAndDieInTheMiddle() {
    SimulatedContent body = SimulatedContent.generated(9, 100_000);
    SimulatedPeer peer =
        kernel.addPeer(
            new InetSocketAddress("10.0.0.7", 5000),
            () ->
                SimulatedPeer.requestHeads(
                    (head, connection) -> {
                      connection.send(body, 0, body.size());
                      connection.resetAfterSending(70_000);
                    }));
    int fd = kernel.socket();
    assertEquals(-ECONNREFUSED, probe.connect(fd, 5001));
    assertEquals(0, probe.connect(fd, 5000));
    MemorySegment request = probe.arena.allocateFrom("GET / HTTP/1.1\r\n\r\n");
    ring.send(fd, request.address(), 18, 0, 1);
    assertEquals(18, probe.result());
    int received = 0;
    for (int count = probe.recv(fd); count > 0; count = probe.recv(fd)) {
      byte[] bytes = buffer.asSlice(0, count).toArray(JAVA_BYTE);
      assertEquals(-1, body.mismatch(received, bytes, 0, count));
      received += count;
    }
    assertEquals(70_000, received);
    assertEquals(1, peer.connections().size());
    peer.die();
    assertEquals(-ECONNREFUSED, probe.connect(kernel.socket(), 5000));
  }

  @Test
  void peersAreFoundByTheirVersionSixAddressAndMayBeSilent() {
    SimulatedPeer peer =
        kernel.addPeer(new InetSocketAddress("::1", 80), () -> (from, bytes, length) -> {});
    assertEquals(0, probe.connectV6(kernel.socket(), 80));
    peer.setUnreachable(true);
    assertEquals(-ETIMEDOUT, probe.connectV6(kernel.socket(), 80));
  }

  @Test
  void everyFaultOfASocketHappensWhenItsProbabilityIsOne() {
    try (RingProbe faulty = new RingProbe(3, FaultPlan.none().with(Fault.TOO_MANY_FILES, 1))) {
      int result = faulty.accept(faulty.kernel.listen());
      assertTrue(result == -EMFILE || result == -ENFILE, "accept: " + result);
    }
    try (RingProbe faulty = new RingProbe(3, FaultPlan.none().with(Fault.CONNECT_FAILURE, 1))) {
      faulty.kernel.addPeer(new InetSocketAddress("::1", 80), () -> (from, bytes, length) -> {});
      assertTrue(faulty.connectV6(faulty.kernel.socket(), 80) < 0);
    }
    assertEquals(-EPIPE, exchangeUnder(Fault.BROKEN_PIPE, true));
    assertEquals(-ECONNRESET, exchangeUnder(Fault.CONNECTION_RESET, true));
    assertEquals(-ECONNRESET, exchangeUnder(Fault.CONNECTION_RESET, false));
    int sent = exchangeUnder(Fault.SHORT_SEND, true);
    assertTrue(sent > 0 && sent < 100, "sent: " + sent);
    int received = exchangeUnder(Fault.SHORT_RECEIVE, false);
    assertTrue(received > 0 && received < 100, "received: " + received);
  }

  private static int exchangeUnder(Fault fault, boolean sending) {
    try (RingProbe faulty = new RingProbe(3, FaultPlan.none().with(fault, 1))) {
      int listenFd = faulty.kernel.listen();
      SimulatedClient client = faulty.kernel.newClient(listenFd, (from, bytes, length) -> {});
      client.connect().send(new byte[100]);
      int fd = faulty.accept(listenFd);
      faulty.kernel.advance(1_000_000);
      if (!sending) {
        return faulty.recv(fd);
      }
      faulty.ring.send(fd, faulty.buffer.address(), 100, 0, 1);
      return faulty.result();
    }
  }
}
