package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.BatchingDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Virtual disks say what they have read when there is nothing left to read. One that is asked for
 * as many blocks as there are has nothing to do until they are sent: with more clients than blocks
 * it stood still for a third of the time.
 */
class BatchingDeviceTest {
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int BLOCKS = 23;
  private static final long TOTAL_BYTES = 600L * BLOCK_BYTES;
  private static final long DEVICE_BYTES_PER_SECOND = 200L << 20;

  /** What all clients together can take: more than the device gives, but not at once. */
  private static final long CLIENTS_BYTES_PER_SECOND = DEVICE_BYTES_PER_SECOND * 3 / 2;

  /** Part of the time that the device has to be at work. */
  private static final double BUSY_MIN = 0.9;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 12, 23, 30})
  void theDiskIsAtWorkWhileBlocksAreSent(int clients) {
    try (LoopFixture fixture = new LoopFixture()) {
      fixture.share = new LoopShare(64, 64, 64, BLOCK_BYTES, BLOCKS, 8, 1, 64, 1 << 20);
      BatchingDevice device = fixture.kernel.newBatchingDevice(DEVICE_BYTES_PER_SECOND);
      int blobBytes = (int) (TOTAL_BYTES / clients);
      List<SimulatedBlob> blobs = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        blobs.add(fixture.blob(blobBytes));
        blobs.get(i).moveTo(device);
      }
      fixture.start();
      long startedNs = fixture.kernel.nowNs();
      List<LoopFixture.Connected> all = new ArrayList<>();
      for (SimulatedBlob blob : blobs) {
        all.add(fixture.connect(LoopFixture.get(blob)));
        all.getLast().client.setReadRate(CLIENTS_BYTES_PER_SECOND / clients);
      }
      fixture.turnUntil(() -> all.stream().allMatch(c -> c.bodyBytes() == blobBytes));
      long tookNs = fixture.kernel.nowNs() - startedNs;
      double readBytes = blobs.stream().mapToLong(SimulatedBlob::deviceReadBytes).sum();
      assertEquals(1.0, readBytes / TOTAL_BYTES, 0.05);
      double busy = (double) device.workedNs() / tookNs;
      assertTrue(
          busy > BUSY_MIN,
          () -> "at work for " + busy + " of " + TimeUnit.NANOSECONDS.toMillis(tookNs) + " ms");
      fixture.finish();
    }
  }
}
