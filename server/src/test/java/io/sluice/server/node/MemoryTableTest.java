package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.node.MemoryTable.Kind;
import org.junit.jupiter.api.Test;

class MemoryTableTest {
  private static final long HEAP_BYTES = ByteSize.ofMiB(32).bytes();

  private static MemoryTable table(int loops) {
    Settings settings =
        Settings.builder()
            .store(StoreChoice.containerd())
            .loops(loops)
            .maxConnections(1024)
            .build();
    return MemoryTable.of(settings, HEAP_BYTES);
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
    long queues = 64L * Limits.SUBMISSION_ENTRIES + 16L * Limits.COMPLETION_ENTRIES;
    long messages = Limits.CONTROL_RING_BYTES + Limits.CONTROL_REPLY_BYTES + Limits.HANDOFF_BYTES;
    assertEquals(queues + messages, table(3).totalBytes() - table(2).totalBytes());
  }

  @Test
  void theTextHasARowForEachPartAndTheTotal() {
    MemoryTable table = table(2);
    String text = table.toText();
    assertEquals(table.rows().size() + 1, text.lines().count(), text);
    assertTrue(text.contains("transfer buffers         32.0 MiB  fixed\n"), text);
    assertTrue(text.contains("\ntotal "), text);
  }
}
