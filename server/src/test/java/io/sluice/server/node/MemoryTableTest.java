package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.Discovery;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.node.MemoryTable.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTableTest {
  private static final long HEAP_BYTES = ByteSize.ofMiB(32).bytes();

  private static MemoryTable table(int loops) {
    return MemoryTable.of(settings(loops, 1024), HEAP_BYTES);
  }

  private static Settings settings(int loops, int connections) {
    return Settings.builder()
        .store(StoreChoice.containerd())
        .loops(loops)
        .maxConnections(connections)
        .build();
  }

  @Test
  void theTotalIsTheSumOfTheKinds() {
    MemoryTable table = table(2);
    long sum = 0;
    for (Kind kind : Kind.values()) {
      sum += table.bytesOf(kind);
    }
    assertEquals(sum, table.totalBytes());
  }

  @Test
  void theHeapIsCountedOnce() {
    assertEquals(HEAP_BYTES, table(2).bytesOf(Kind.HEAP));
  }

  @Test
  void aLoopAddsItsQueuesAndMessages() {
    int completions = LoopShares.completionEntries(settings(3, 1024));
    long queues = 64L * Limits.SUBMISSION_ENTRIES + 16L * completions;
    assertEquals(queues, ringBytes(table(3)) / 3);
    long messages = Limits.CONTROL_RING_BYTES + Limits.CONTROL_REPLY_BYTES + Limits.HANDOFF_BYTES;
    long grown = besidesSockets(table(3)) - besidesSockets(table(2));
    assertTrue(grown > queues + messages && grown < queues + messages + (128 << 10), "" + grown);
  }

  private static long besidesSockets(MemoryTable table) {
    return table.totalBytes() - table.bytesOf(Kind.SOCKET);
  }

  @Test
  void moreConnectionsMeanLongerCompletionQueues() {
    long few = ringBytes(MemoryTable.of(settings(2, 1024), HEAP_BYTES));
    long many = ringBytes(MemoryTable.of(settings(2, 8192), HEAP_BYTES));
    assertEquals(2 * 16 * (16_384 - 2048), many - few);
  }

  private static long ringBytes(MemoryTable table) {
    return table.rows().stream()
        .filter(row -> row.name().equals("io_uring queues"))
        .mapToLong(MemoryTable.Row::bytes)
        .sum();
  }

  private static MemoryTable withDiscovery(long heapBytes) {
    return MemoryTable.of(looking(2, 1024), heapBytes);
  }

  private static Settings looking(int loops, int connections) {
    return Settings.builder()
        .store(StoreChoice.containerd())
        .loops(loops)
        .maxConnections(connections)
        .discovery(Discovery.ofPeers(List.of("/ip4/10.0.0.2")))
        .build();
  }

  @Test
  void aRelayHasABufferOfItsPeerAndAPipe() {
    MemoryTable table = withDiscovery(HEAP_BYTES);
    assertEquals(Limits.RELAYS * Limits.PIPE_BYTES, table.bytesOf("pipes"));
    assertEquals(0, table(2).bytesOf("pipes"));
    assertTrue(
        table.bytesOf("peers' sockets") > 2L * Limits.RELAYS * Limits.PEER_RECEIVE_MIN_BYTES);
    assertTrue(Limits.DESCRIPTORS_PER_RELAY * Limits.RELAYS < Limits.RESERVED_DESCRIPTORS);
  }

  @Test
  void discoveryTakesItsShareAndMayRelay() {
    MemoryTable table = withDiscovery(HEAP_BYTES);
    assertEquals(Limits.ROUTING_BYTES, table.bytesOf(MemoryTable.ROUTING));
    assertEquals(0, table(2).bytesOf(MemoryTable.ROUTING));
    assertTrue(table.bytesOf(Kind.SOCKET) > table(2).bytesOf(Kind.SOCKET));
  }

  @Test
  void theTextHasARowForEachPartAndTheTotal() {
    MemoryTable table = table(2);
    String text = table.toText();
    assertEquals(table.rows().size() + 1, text.lines().count(), text);
    assertTrue(text.contains("transfer buffers         24.0 MiB  fixed\n"), text);
    assertTrue(text.contains("\ntotal "), text);
  }

  /** Limits in {@code deploy/daemonset.yaml} and in {@code deploy/jvm.options}. */
  @Test
  void aNodeWithDiscoveryFitsIntoTheLimitOfADaemonSet() {
    long heap = ByteSize.ofMiB(16).bytes();
    long limit = ByteSize.ofMiB(128).bytes();
    for (int loops = 1; loops <= Limits.LOOPS_DEFAULT_MAX; loops++) {
      MemoryTable table = MemoryTable.of(looking(loops, Limits.CONNECTIONS), heap);
      MemoryFit fit = MemoryFit.of(table, limit, true);
      assertFalse(fit.isTooSmall(), table::toText);
      MemoryTable more = MemoryTable.of(looking(loops, 2 * Limits.CONNECTIONS), heap);
      assertTrue(MemoryFit.of(more, limit, true).isTooSmall(), more::toText);
    }
  }

  @Test
  void aNodeFitsIntoWhatItTakesAndIntoNothingLess() {
    MemoryTable table = MemoryTable.of(looking(2, Limits.CONNECTIONS), ByteSize.ofMiB(16).bytes());
    long least = table.totalBytes() - table.bytesOf(Kind.RECLAIMABLE);
    assertFalse(MemoryFit.of(table, least, true).isTooSmall());
    assertTrue(MemoryFit.of(table, least - 1, true).isTooSmall());
    long withoutSockets = least - table.bytesOf(Kind.SOCKET);
    assertFalse(MemoryFit.of(table, withoutSockets, false).isTooSmall());
    assertTrue(MemoryFit.of(table, withoutSockets - 1, false).isTooSmall());
    assertTrue(MemoryFit.of(table, table.totalBytes() - 1, true).isTight());
    assertFalse(MemoryFit.of(table, table.totalBytes(), true).isTight());
  }
}
