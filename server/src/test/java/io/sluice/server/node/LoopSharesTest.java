package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.memory.FixedMemory;
import io.sluice.ring.IoUring;
import io.sluice.server.config.ByteSize;
import io.sluice.server.config.HostPort;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.loop.LoopShare;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopSharesTest {
  private static final HostPort PEER = new HostPort("192.0.2.1", 5000);

  private static int completionEntries(int loops, int connections) {
    Settings settings =
        Settings.builder()
            .store(StoreChoice.containerd())
            .transferMemory(ByteSize.ofMiB(32))
            .loops(loops)
            .maxConnections(connections)
            .build();
    return LoopShares.completionEntries(settings);
  }

  @Test
  void completionsOfAllConnectionsAndBlocksFit() {
    // 64 blocks of 512 KiB and 1984 connections, twice.
    assertEquals(4096, completionEntries(1, 1984));
    assertEquals(8192, completionEntries(1, 1985));
    assertEquals(4096, completionEntries(2, 2 * 1984));
  }

  /**
   * Three of 23 blocks lay on small pages, where a read goes to the device in 128 pieces: what
   * transfers and relays have together is to end with a huge page.
   */
  @Test
  void allBlocksLieOnHugePages() {
    for (int loops = 1; loops <= Limits.LOOPS_DEFAULT_MAX; loops++) {
      for (List<HostPort> peers : List.of(List.<HostPort>of(), List.of(PEER))) {
        LoopShare share =
            LoopShares.of(
                Settings.builder()
                    .store(StoreChoice.containerd())
                    .loops(loops)
                    .staticPeers(peers)
                    .build());
        long bytes = (long) share.blockBytes() * (share.transferBlocks() + share.relayBlocks());
        assertEquals(0, bytes % FixedMemory.BASE_ALIGNMENT_BYTES, share.toString());
      }
    }
  }

  @Test
  void aCompletionQueueIsNeverShorterThanTwoSubmissionQueues() {
    int least = 2 * Limits.SUBMISSION_ENTRIES;
    assertEquals(least, completionEntries(1, Limits.CONNECTIONS_MIN));
    assertEquals(least, completionEntries(1, 960));
    assertEquals(2 * least, completionEntries(1, 961));
  }

  @Test
  void aCompletionQueueIsNeverLongerThanTheKernelAllows() {
    assertEquals(32_768, completionEntries(1, 16_320));
    assertEquals(IoUring.MAX_COMPLETION_ENTRIES, completionEntries(1, 16_321));
  }
}
