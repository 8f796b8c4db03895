package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    long messages = Limits.CONTROL_RING_BYTES + Limits.CONTROL_REPLY_BYTES + Limits.HANDOFF_BYTES;
    assertEquals(queues + messages, besidesSockets(table(3)) - besidesSockets(table(2)));
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
    Settings looking =
        Settings.builder()
            .store(StoreChoice.containerd())
            .loops(2)
            .maxConnections(1024)
            .discovery(Discovery.ofPeers(List.of("/ip4/10.0.0.2")))
            .build();
    return MemoryTable.of(looking, heapBytes);
  }

  @Test
  void aRelayHasABufferOfItsPeerAndAPipe() {
    MemoryTable table = withDiscovery(HEAP_BYTES);
    assertEquals(Limits.RELAYS * Limits.PIPE_BYTES, table.bytesOf(Kind.KERNEL));
    assertEquals(0, table(2).bytesOf(Kind.KERNEL));
    long least = 2L * Limits.RELAYS * Limits.PEER_RECEIVE_MIN_BYTES;
    long received = table.bytesOf("peers' sockets");
    assertTrue(received >= least && received <= least + Limits.PEER_RECEIVE_BUDGET_BYTES);
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
}
