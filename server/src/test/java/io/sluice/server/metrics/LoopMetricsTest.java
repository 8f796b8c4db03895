package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopMetricsTest {
  private static final int CALLS = 100_000;
  private static final int ROUNDS = 10;

  private final LoopMetrics metrics = new LoopMetrics(0);

  /**
   * The compiler's changes of code may allocate once, on this thread; a call that allocates would
   * do so in every round.
   */
  @Test
  void allocatesNothingPerCall() {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final long self = Thread.currentThread().threadId();
    long allocatedBytes = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && allocatedBytes != 0; round++) {
      final long before = threads.getThreadAllocatedBytes(self);
      writeEverything(CALLS);
      allocatedBytes = threads.getThreadAllocatedBytes(self) - before;
    }
    assertEquals(0, allocatedBytes);
  }

  @Test
  void aReaderSeesCountersGrowAndTheWholeSumAtTheEnd() throws InterruptedException {
    final Thread writer = new Thread(() -> writeEverything(CALLS));
    final LatencySeries firstByte = new LatencySeries(new long[] {1_000_000}, System::nanoTime);
    final List<LatencyRecorder> recorders = List.of(metrics.firstByte(1));
    writer.start();
    long lastBytes = 0;
    long lastCount = 0;
    while (writer.isAlive()) {
      final long bytes = metrics.value(LoopMetrics.BYTES_SERVED + ByteSource.DISK);
      assertTrue(bytes >= lastBytes);
      lastBytes = bytes;
      firstByte.drain(recorders);
      final long count = firstByte.counts()[0] + firstByte.counts()[1];
      assertTrue(count >= lastCount && count <= CALLS);
      lastCount = count;
    }
    writer.join();
    firstByte.drain(recorders);
    assertEquals(7L * CALLS, metrics.value(LoopMetrics.BYTES_SERVED + ByteSource.DISK));
    assertEquals(CALLS, firstByte.counts()[0] + firstByte.counts()[1]);
  }

  @Test
  void activityGrowsWithWhatIsServedAndNotWithProbes() {
    metrics.requestCompleted(Route.HEALTH, 200, 1);
    metrics.connectionOpened();
    metrics.loopTurn(1);
    assertEquals(0, metrics.activity());
    metrics.bytesServed(ByteSource.DISK, 7);
    metrics.requestCompleted(Route.BLOB, 200, 1);
    metrics.requestCompleted(Route.OTHER, 599, 1);
    assertEquals(9, metrics.activity());
  }

  @Test
  void countersOfOneFamilyDoNotRunIntoTheNext() {
    metrics.requestCompleted(Route.OTHER, 599, 1);
    metrics.bytesServed(ByteSource.MEMORY, 10);
    metrics.transferAborted(AbortReason.SHUTDOWN);
    metrics.requestRejected(RejectReason.UNAUTHORIZED);
    assertEquals(1, metrics.value(LoopMetrics.BYTES_SERVED - 1));
    assertEquals(10, metrics.value(LoopMetrics.TRANSFERS_ABORTED - 1));
    assertEquals(1, metrics.value(LoopMetrics.REQUESTS_REJECTED - 1));
    assertEquals(1, metrics.value(LoopMetrics.FIRST_BYTE_NS - 1));
  }

  @Test
  void anIndexOutsideItsFamilyIsRefused() {
    assertThrows(
        IndexOutOfBoundsException.class, () -> metrics.requestCompleted(Route.COUNT, 200, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> metrics.bytesServed(-1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> metrics.transferAborted(AbortReason.COUNT));
    assertThrows(
        IndexOutOfBoundsException.class, () -> metrics.requestRejected(RejectReason.COUNT));
  }

  @Test
  void aRequestWithoutAFirstByteHasNoLatency() {
    metrics.requestCompleted(Route.BLOB, 200, -1);
    assertEquals(0, metrics.firstByte(1).drain().getTotalCount());
  }

  @Test
  void durationsOutsideTheRangeAreHeldToIt() {
    metrics.transferCompleted(-5, 0);
    metrics.transferCompleted(Long.MAX_VALUE, 0);
    assertEquals(2, metrics.transfer().drain().getTotalCount());
  }

  @Test
  void aTurnStallsAboveTheThresholdOnly() {
    metrics.loopTurn(LoopMetrics.STALL_THRESHOLD_NS);
    assertEquals(0, metrics.value(LoopMetrics.LOOP_STALLS));
    metrics.loopTurn(LoopMetrics.STALL_THRESHOLD_NS + 1);
    assertEquals(1, metrics.value(LoopMetrics.LOOP_STALLS));
    assertEquals(LoopMetrics.STALL_THRESHOLD_NS + 1, metrics.value(LoopMetrics.LOOP_TURN_MAX_NS));
  }

  @Test
  void poolKeepsItsHighWaterMark() {
    metrics.poolInUse(7);
    metrics.poolInUse(3);
    assertEquals(3, metrics.value(LoopMetrics.POOL_IN_USE));
    assertEquals(7, metrics.value(LoopMetrics.POOL_IN_USE_MAX));
  }

  private void writeEverything(final int times) {
    for (int i = 0; i < times; i++) {
      metrics.requestCompleted(Route.BLOB, 206, 1_000L * i);
      metrics.requestRejected(RejectReason.MALFORMED);
      metrics.bytesServed(ByteSource.DISK, 7);
      metrics.transferCompleted(1_000_000L * i, 7);
      metrics.transferAborted(AbortReason.CLIENT_GONE);
      metrics.connectionOpened();
      metrics.connectionClosed();
      metrics.acceptPaused();
      metrics.acceptFailed();
      metrics.poolCapacity(64);
      metrics.poolInUse(i);
      metrics.poolWait();
      metrics.poolWaitNs(5);
      metrics.bufferRevoked();
      metrics.loopTurn(i);
      metrics.diskReadBytes(4096);
      metrics.openBlobs(i);
      metrics.controlRequest();
    }
  }
}
