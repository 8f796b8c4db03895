package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.libp2p.psk.PreSharedKey;
import io.sluice.routing.multiformat.PeerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What this host and a peer of another implementation do with each other. */
final class Interop {
  private static final int ECHO_BYTES = 1_500_000;
  private static final String KEY_FILE =
      "/key/swarm/psk/1.0.0/\n/base16/\n" + "0123456789abcdef".repeat(4) + "\n";

  private Interop() {}

  /** How a peer is started; in a private network when there is a key file. */
  interface Starter {
    ForeignPeer start(Path psk) throws Exception;
  }

  static void weDial(ForeignPeer peer, TestNode node) throws Exception {
    assertEquals(peer.id(), node.connect(peer.id(), peer.addresses()));
    checkBothWays(peer, node);
  }

  static void itDials(ForeignPeer peer, TestNode node) throws Exception {
    String address = node.addresses().getFirst().withPeer(node.id()).toString();
    assertEquals(node.id().toString(), peer.ask("connect " + address));
    checkBothWays(peer, node);
  }

  /** Both dial at the same time; whatever each side makes of two connections, streams work. */
  static void bothDial(ForeignPeer peer, TestNode node) throws Exception {
    String address = node.addresses().getFirst().withPeer(node.id()).toString();
    CompletableFuture<PeerId> ours = node.connectLater(peer.id(), peer.addresses());
    assertEquals(node.id().toString(), peer.ask("connect " + address));
    assertEquals(peer.id(), TestNode.await(ours));
    checkBothWays(peer, node);
  }

  /** Identify, ping and an echo, each asked by either side. */
  private static void checkBothWays(ForeignPeer peer, TestNode node) throws Exception {
    TestNode.Identified identified = TestNode.await(node.identified);
    assertEquals(peer.id(), identified.peer());
    assertTrue(identified.protocols().contains(TestNode.ECHO));
    assertTrue(identified.addresses().contains(peer.addresses().getFirst()));
    List<String> heard = List.of(peer.ask("protocols " + node.id()).split(","));
    assertTrue(heard.containsAll(List.of(TestNode.ECHO, "/ipfs/id/1.0.0")), heard::toString);
    assertTrue(node.ping(peer.id()) > 0);
    peer.ask("ping " + node.id());
    byte[] bytes = new byte[ECHO_BYTES];
    new Random(1).nextBytes(bytes);
    assertArrayEquals(bytes, node.exchange(peer.id(), TestNode.ECHO, bytes));
    peer.ask("echo " + node.id() + " " + ECHO_BYTES);
    assertEquals(1, node.call(node.host::connectedPeers));
  }

  static void inAPrivateNetwork(Starter starter, Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("swarm.key"), KEY_FILE);
    PreSharedKey key = PreSharedKey.read(file);
    try (ForeignPeer peer = starter.start(file);
        TestNode dialer = TestNode.start(options -> options.withPreSharedKey(key));
        TestNode dialed = TestNode.start(options -> options.withPreSharedKey(key));
        TestNode stranger = TestNode.start()) {
      weDial(peer, dialer);
      itDials(peer, dialed);
      assertThrows(ExecutionException.class, () -> stranger.connect(peer.id(), peer.addresses()));
    }
  }
}
