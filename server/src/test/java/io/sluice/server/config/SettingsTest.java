package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.log.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final long PLENTY = 1_000_000;

  private static Settings.Builder builder() {
    return Settings.builder().store(StoreChoice.containerd()).descriptorLimit(PLENTY);
  }

  private static String complaint(Settings.Builder builder) {
    String message = assertThrows(SettingsException.class, builder::build).getMessage();
    assertTrue(message.startsWith("--") && message.endsWith("."), message);
    return message;
  }

  @Test
  void defaultsAreTheLimits() {
    Settings settings = builder().loops(2).build();
    assertEquals(
        new Settings(
            StoreChoice.containerd(),
            new HostPort("", 5000),
            new HostPort("", 5001),
            new HostPort("", 9090),
            Optional.empty(),
            Limits.TRANSFER_MEMORY_BYTES,
            ReadMode.AUTO,
            2,
            Limits.CONNECTIONS,
            List.of(),
            Discovery.OFF,
            Optional.empty(),
            Optional.empty(),
            Limits.HEADER_TIMEOUT_NS,
            Limits.IDLE_TIMEOUT_NS,
            Limits.PROGRESS_TIMEOUT_NS,
            Limits.PEER_STALL_NS,
            Limits.SHUTDOWN_TIMEOUT_NS,
            Level.INFO),
        settings);
    assertEquals(48, settings.transferBlocks());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, Limits.LOOPS_MAX + 1})
  void refusesLoopsOutOfRange(int loops) {
    Settings.Builder builder = builder().transferMemory(ByteSize.ofMiB(1024)).loops(loops);
    assertTrue(complaint(builder).startsWith("--loops " + loops + ": "));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, Limits.LOOPS_MAX})
  void takesLoopsAtTheEdges(int loops) {
    assertEquals(
        loops, builder().transferMemory(ByteSize.ofMiB(1024)).loops(loops).build().loops());
  }

  @Test
  void wantsTwoBlocksForEachLoop() {
    long enough = 3L * 2 * Limits.TRANSFER_BLOCK_BYTES;
    assertEquals(
        6, builder().loops(3).transferMemory(new ByteSize(enough)).build().transferBlocks());
    assertEquals(
        "--transfer-memory 3145727: 3 loops need 3MiB, two blocks of 512KiB each; raise"
            + " --transfer-memory to that, or lower --loops.",
        complaint(builder().loops(3).transferMemory(new ByteSize(enough - 1))));
  }

  @Test
  void leavesUnusedWhatDoesNotFillABlock() {
    Settings settings = builder().loops(1).transferMemory(new ByteSize((2 << 20) - 1)).build();
    assertEquals(3 * Limits.TRANSFER_BLOCK_BYTES, settings.transferMemoryBytes());
  }

  @Test
  void refusesMoreTransferMemoryThanTheKernelRegisters() {
    long most = Limits.TRANSFER_MEMORY_MAX_BYTES;
    assertEquals(most, builder().transferMemory(new ByteSize(most)).build().transferMemoryBytes());
    assertTrue(
        complaint(builder().transferMemory(new ByteSize(most + 1)))
            .contains("registers at most 1GiB"));
  }

  @ParameterizedTest
  @ValueSource(ints = {Limits.CONNECTIONS_MIN - 1, Limits.CONNECTIONS_MAX + 1})
  void refusesConnectionsOutOfRange(int connections) {
    assertTrue(
        complaint(builder().maxConnections(connections))
            .startsWith("--max-connections " + connections + ": a node holds 16 to 65536"));
  }

  @Test
  void refusesMoreConnectionsThanDescriptors() {
    long besides = Limits.DESCRIPTORS_PER_BLOB * Limits.OPEN_BLOBS + Limits.RESERVED_DESCRIPTORS;
    assertEquals(
        100, builder().descriptorLimit(100 + besides).maxConnections(100).build().maxConnections());
    String message = complaint(builder().descriptorLimit(99 + besides).maxConnections(100));
    assertTrue(message.contains("takes 868 descriptors"), message);
    assertTrue(message.contains("may open 867; raise the limit (ulimit -n"), message);
  }

  @Test
  void fitsTheDefaultNumberOfConnectionsToTheDescriptors() {
    assertEquals(256, builder().descriptorLimit(1024).build().maxConnections());
    assertTrue(complaint(builder().descriptorLimit(700)).startsWith("--max-connections 16: "));
  }

  @Test
  void refusesOnePortForTwoListeners() {
    assertEquals(
        "--router-addr :5000: port 5000 is taken by --registry-addr :5000; give one of them"
            + " another port.",
        complaint(builder().routerAddr(new HostPort("", 5000))));
    complaint(builder().metricsAddr(new HostPort("127.0.0.1", 5000)));
    complaint(builder().metricsAddr(new HostPort("127.0.0.1", 5001)));
    HostPort any = new HostPort("", 0);
    builder().registryAddr(any).routerAddr(any).metricsAddr(any).build();
  }

  @Test
  void refusesPeersThatCannotBeConnectedTo() {
    for (HostPort peer : List.of(new HostPort("", 5000), new HostPort("10.0.0.2", 0))) {
      assertTrue(
          complaint(builder().staticPeers(List.of(peer))).startsWith("--static-peers " + peer));
    }
  }

  @Test
  void boundsTheNumberOfPeers() {
    HostPort peer = new HostPort("10.0.0.2", 5000);
    builder().staticPeers(Collections.nCopies(Limits.STATIC_PEERS, peer)).build();
    complaint(builder().staticPeers(Collections.nCopies(Limits.STATIC_PEERS + 1, peer)));
  }

  @Test
  void boundsTimeouts() {
    Duration least = Duration.ofNanos(Limits.TIMEOUT_MIN_NS);
    Duration most = Duration.ofNanos(Limits.TIMEOUT_MAX_NS);
    assertEquals(least.toNanos(), builder().headerTimeout(least).build().headerTimeoutNs());
    assertEquals(most.toNanos(), builder().idleTimeout(most).build().idleTimeoutNs());
    assertEquals(0, builder().shutdownTimeout(Duration.ZERO).build().shutdownTimeoutNs());
    assertEquals(
        "--progress-timeout 99ms: out of range; choose 100ms to 1h.",
        complaint(builder().progressTimeout(least.minusMillis(1))));
    complaint(builder().headerTimeout(most.plusMillis(1)));
    complaint(builder().shutdownTimeout(Duration.ofSeconds(-1)));
    complaint(builder().peerStallTimeout(least.minusMillis(1)));
  }
}
