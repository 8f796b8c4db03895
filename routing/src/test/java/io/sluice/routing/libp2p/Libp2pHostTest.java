package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.psk.PreSharedKey;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Libp2pHostTest {
  @Test
  void twoHostsConnectIdentifyPingAndExchangeBytes() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      assertEquals(two.id(), one.connect(two));
      TestNode.Identified atOne = TestNode.await(one.identified);
      TestNode.Identified atTwo = TestNode.await(two.identified);
      assertEquals(two.id(), atOne.peer());
      assertEquals(one.id(), atTwo.peer());
      assertEquals(two.addresses(), atOne.addresses());
      assertTrue(atOne.protocols().contains(TestNode.ECHO));
      assertTrue(one.ping(two.id()) > 0);
      assertTrue(two.ping(one.id()) > 0);
      byte[] bytes = new byte[3_000_000];
      new Random(1).nextBytes(bytes);
      assertArrayEquals(bytes, one.exchange(two.id(), TestNode.ECHO, bytes));
      assertArrayEquals(bytes, two.exchange(one.id(), TestNode.ECHO, bytes));
      Multiaddr remote = one.call(() -> one.host.remoteAddress(two.id()));
      assertEquals(two.addresses().getFirst(), remote);
      one.call(
          () -> {
            one.host.disconnect(two.id());
            assertFalse(one.host.isConnected(two.id()));
            assertNull(one.host.remoteAddress(two.id()));
            return null;
          });
      assertEquals(one.id(), TestNode.await(two.disconnected));
      assertEquals(two.id(), TestNode.await(one.disconnected));
    }
  }

  @Test
  void aProtocolThatIsNotServedIsRefused() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      one.connect(two);
      Exception e =
          assertThrows(
              ExecutionException.class, () -> one.exchange(two.id(), "/other/1.0.0", new byte[1]));
      assertTrue(e.getMessage().contains("does not speak /other/1.0.0"), e.getMessage());
      assertEquals(1, one.exchange(two.id(), TestNode.ECHO, new byte[1]).length);
    }
  }

  @Test
  void aPeerIsLearntFromTheHandshake() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      assertEquals(two.id(), one.connect(null, two.addresses()));
    }
  }

  @Test
  void anotherPeerThanExpectedIsNotConnectedTo() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      PeerId expected = Identity.generate().id();
      Exception e =
          assertThrows(ExecutionException.class, () -> one.connect(expected, two.addresses()));
      assertTrue(e.getMessage().contains("expected " + expected + " and found " + two.id()));
      assertEquals(CloseCause.NOT_AUTHENTIC, TestNode.await(one.closed).cause());
    }
  }

  @Test
  void aNodeDoesNotConnectToItself() throws Exception {
    try (TestNode one = TestNode.start()) {
      assertThrows(ExecutionException.class, () -> one.connect(one));
      Exception e =
          assertThrows(ExecutionException.class, () -> one.connect(null, one.addresses()));
      assertTrue(e.getMessage().contains("connected to itself"), e.getMessage());
    }
  }

  @Test
  void simultaneousDialsLeaveOneConnection() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      List<Multiaddr> addressesOfOne = one.addresses();
      List<Multiaddr> addressesOfTwo = two.addresses();
      CompletableFuture<PeerId> there = one.connectLater(two.id(), addressesOfTwo);
      CompletableFuture<PeerId> back = two.connectLater(one.id(), addressesOfOne);
      assertEquals(two.id(), TestNode.await(there));
      assertEquals(one.id(), TestNode.await(back));
      assertEquals(1, one.exchange(two.id(), TestNode.ECHO, new byte[1]).length);
      assertEquals(1, two.exchange(one.id(), TestNode.ECHO, new byte[1]).length);
      assertEquals(1, one.call(one.host::connectedPeers));
      assertEquals(1, two.call(two.host::connectedPeers));
    }
  }

  @Test
  void theFirstAddressThatWorksIsTaken() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start();
        TestNode other = TestNode.start()) {
      int port = two.addresses().getFirst().tcpPort();
      List<Multiaddr> addresses =
          List.of(
              Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1"),
              Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
              other.addresses().getFirst(),
              Multiaddr.parse("/dns/no-such-name.invalid/tcp/1"),
              Multiaddr.parse("/dns4/localhost/tcp/" + port).withPeer(two.id()));
      assertEquals(two.id(), one.connect(two.id(), addresses));
    }
  }

  @Test
  void withoutAnAddressThatWorksTheReasonsAreTold() throws Exception {
    try (TestNode one = TestNode.start()) {
      PeerId peer = Identity.generate().id();
      Exception none = assertThrows(ExecutionException.class, () -> one.connect(peer, List.of()));
      assertTrue(none.getMessage().contains("no address to try"), none.getMessage());
      List<Multiaddr> closed = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/1"));
      Exception refused = assertThrows(ExecutionException.class, () -> one.connect(peer, closed));
      assertTrue(refused.getMessage().contains("/ip4/127.0.0.1/tcp/1: Connection refused"));
    }
  }

  @Test
  void onlyWhoHasTheKeyGetsIntoAPrivateNetwork() throws Exception {
    PreSharedKey key = PreSharedKey.of(new byte[32]);
    byte[] otherBytes = new byte[32];
    otherBytes[31] = 1;
    PreSharedKey otherKey = PreSharedKey.of(otherBytes);
    try (TestNode one = TestNode.start(options -> options.withPreSharedKey(key));
        TestNode two = TestNode.start(options -> options.withPreSharedKey(key));
        TestNode stranger = TestNode.start(options -> options.withPreSharedKey(otherKey));
        TestNode open = TestNode.start()) {
      one.connect(two);
      byte[] bytes = new byte[500_000];
      new Random(2).nextBytes(bytes);
      assertArrayEquals(bytes, two.exchange(one.id(), TestNode.ECHO, bytes));
      assertThrows(ExecutionException.class, () -> stranger.connect(two));
      assertThrows(ExecutionException.class, () -> open.connect(two));
      assertThrows(ExecutionException.class, () -> one.connect(open));
    }
  }

  @Test
  void whoDoesNotAnswerIsNotWaitedForLonger() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start();
        ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      Multiaddr silence = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + silent.getLocalPort());
      CompletableFuture<PeerId> failing =
          one.connectLater(two.id(), List.of(silence), TimeUnit.MILLISECONDS.toNanos(300));
      Exception e = assertThrows(ExecutionException.class, () -> TestNode.await(failing));
      assertTrue(e.getMessage().contains("it took too long"), e.getMessage());
      // The next address is tried while the first one is silent.
      List<Multiaddr> both = List.of(silence, two.addresses().getFirst());
      assertEquals(two.id(), one.connect(two.id(), both));
    }
  }

  @Test
  void aPeerThatIsBeingDialedIsNotDialedTwice() throws Exception {
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      List<Multiaddr> addresses = two.addresses();
      List<CompletableFuture<PeerId>> dials = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        dials.add(one.connectLater(two.id(), i == 50 ? addresses : List.of()));
      }
      dials.addFirst(one.connectLater(two.id(), addresses));
      TestNode.await(dials.getLast());
      TestNode.await(two.identified);
      assertEquals(1, one.opened.size());
      assertEquals(1, two.opened.size());
    }
  }

  @Test
  void oneAddressHasSoManyConnections() throws Exception {
    try (TestNode one = TestNode.start(options -> options.withConnectionsPerAddress(2));
        TestNode two = TestNode.start();
        TestNode three = TestNode.start();
        TestNode four = TestNode.start()) {
      two.connect(one);
      three.connect(one);
      assertThrows(ExecutionException.class, () -> four.connect(one));
      TestNode.Closed refused = TestNode.await(one.closed);
      assertEquals(CloseCause.REFUSED, refused.cause());
      assertTrue(refused.reason().contains("2 connections"), refused.reason());
      two.host.close();
      assertEquals(two.id(), TestNode.await(one.disconnected));
      assertEquals(one.id(), four.connect(one));
    }
  }

  @Test
  void strangersDoNotDisturb() throws Exception {
    Random random = new Random(3);
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      one.connect(two);
      int port = two.addresses().getFirst().tcpPort();
      List<Socket> strangers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Socket stranger = new Socket("127.0.0.1", port);
        byte[] bytes = new byte[random.nextInt(3_000)];
        random.nextBytes(bytes);
        stranger.getOutputStream().write(i % 3 == 0 ? new byte[0] : bytes);
        strangers.add(stranger);
      }
      byte[] bytes = new byte[1_000_000];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, one.exchange(two.id(), TestNode.ECHO, bytes));
      assertArrayEquals(bytes, two.exchange(one.id(), TestNode.ECHO, bytes));
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void nothingIsLeftOfConnectionsThatHaveEnded() throws Exception {
    int rounds = 40;
    try (TestNode one = TestNode.start();
        TestNode two = TestNode.start()) {
      List<Multiaddr> addresses = one.addresses();
      for (int i = 0; i < rounds; i++) {
        two.connect(one.id(), addresses);
        assertEquals(1_000, two.exchange(one.id(), TestNode.ECHO, new byte[1_000]).length);
        two.reactor.execute(() -> two.host.disconnect(one.id()));
        assertEquals(two.id(), TestNode.await(one.disconnected));
        assertEquals(one.id(), TestNode.await(two.disconnected));
      }
      for (TestNode node : List.of(one, two)) {
        assertEquals(0, node.call(node.host::connections));
        assertEquals(0, node.call(node.host::connectedPeers));
        assertEquals(0, node.call(node.host::bufferedBytes));
        assertEquals(rounds, node.closed.size());
      }
    }
  }

  @Test
  void anAddressInUseIsNamedWithARemedy() throws Exception {
    try (TestNode one = TestNode.start()) {
      InetSocketAddress taken =
          new InetSocketAddress("127.0.0.1", one.addresses().getFirst().tcpPort());
      ExecutionException e =
          assertThrows(
              ExecutionException.class,
              () -> TestNode.start(options -> options.withListenAddresses(List.of(taken))));
      assertEquals(IOException.class, e.getCause().getClass());
      assertTrue(e.getMessage().contains("choose another address"), e.getMessage());
    }
  }
}
