package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.server.config.ReadMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Readers of one blob share what is read from disk, and nobody is held up by a laggard. */
class ConvoyTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int BLOCK_BYTES = 16 << 10;
  private static final int BLOB_BYTES = 200 * BLOCK_BYTES + 1000;
  private static final int BLOCKS = 32;
  private static final int CLIENTS = 8;

  /**
   * How fast clients of these tests read: the convoy is neither the disk's nor the loop's alone.
   */
  private static final long BYTES_PER_SECOND = 20L << 20;

  private static LoopFixture fixture() {
    LoopFixture fixture = new LoopFixture();
    fixture.share = new LoopShare(32, 32, 32, BLOCK_BYTES, BLOCKS, 8, 4, 8, 1 << 20);
    return fixture;
  }

  private static LoopFixture.Connected get(LoopFixture fixture, SimulatedBlob blob, long rate) {
    LoopFixture.Connected client = fixture.connect(LoopFixture.get(blob));
    client.client.setReadRate(rate);
    return client;
  }

  private static List<LoopFixture.Connected> get(
      LoopFixture fixture, SimulatedBlob blob, int count, long rate) {
    List<LoopFixture.Connected> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(get(fixture, blob, rate));
    }
    return clients;
  }

  private static void turnUntilServed(LoopFixture fixture, List<LoopFixture.Connected> clients) {
    fixture.turnUntil(() -> clients.stream().allMatch(c -> c.bodyBytes() == BLOB_BYTES));
  }

  private static double readsPerByte(SimulatedBlob blob) {
    return (double) blob.deviceReadBytes() / BLOB_BYTES;
  }

  @Test
  void whoComesTogetherReadsTheDiskOnce() {
    for (int loops = 1; loops <= 3; loops++) {
      try (LoopFixture fixture = fixture()) {
        fixture.loops = loops;
        SimulatedBlob blob = fixture.blob(BLOB_BYTES);
        fixture.start();
        turnUntilServed(fixture, get(fixture, blob, CLIENTS, BYTES_PER_SECOND));
        assertEquals(1.0, readsPerByte(blob), 0.02, loops + " loops");
        fixture.finish();
      }
    }
  }

  @Test
  void whoComesALittleLateIsWaitedFor() {
    try (LoopFixture fixture = fixture()) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      fixture.start();
      List<LoopFixture.Connected> clients = get(fixture, blob, 3, BYTES_PER_SECOND);
      fixture.turnUntil(() -> clients.getFirst().bodyBytes() > 50 * BLOCK_BYTES);
      clients.add(get(fixture, blob, RemoteEnd.UNLIMITED));
      turnUntilServed(fixture, clients);
      double reads = readsPerByte(blob);
      assertTrue(reads < 1.5, "the disk was read " + reads + " times");
      fixture.finish();
    }
  }

  @Test
  void whoComesAgainAndAgainCannotStopTheOthers() {
    try (LoopFixture fixture = fixture()) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      fixture.start();
      List<LoopFixture.Connected> clients = get(fixture, blob, 2, BYTES_PER_SECOND);
      long startedNs = fixture.kernel.nowNs();
      long aloneNs = BLOB_BYTES * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND;
      List<LoopFixture.Connected> nuisances = new ArrayList<>();
      while (!clients.stream().allMatch(c -> c.bodyBytes() == BLOB_BYTES)) {
        fixture.turnFor(10 * MS);
        LoopFixture.Connected nuisance = get(fixture, blob, RemoteEnd.UNLIMITED);
        nuisance.client.resetAfterReceiving(20 * BLOCK_BYTES);
        nuisances.add(nuisance);
      }
      long tookNs = fixture.kernel.nowNs() - startedNs;
      assertTrue(tookNs < 2 * aloneNs + 300 * MS, tookNs + " ns instead of " + aloneNs);
      fixture.turnUntil(() -> nuisances.stream().allMatch(LoopFixture.Connected::isOver));
      fixture.finish();
    }
  }

  @Test
  void aFrozenMemberIsLeftBehind() {
    assertLeftBehind(0);
  }

  @Test
  void aSlowMemberIsLeftBehind() {
    assertLeftBehind(1 << 20);
  }

  /**
   * Who is faster than most must not have to go at their pace, once it has waited for them for the
   * half second that those behind are given to come up.
   */
  @Test
  void manySlowMembersDoNotHoldUpAFastOne() {
    try (LoopFixture fixture = fixture()) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      fixture.start();
      List<LoopFixture.Connected> slow = get(fixture, blob, 3, 1 << 20);
      LoopFixture.Connected fast = get(fixture, blob, BYTES_PER_SECOND);
      turnUntilServed(fixture, List.of(fast));
      long aloneNs = BLOB_BYTES * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND;
      long tookNs = fixture.kernel.nowNs();
      assertTrue(tookNs < 2 * aloneNs + 750 * MS, tookNs + " ns instead of " + aloneNs);
      turnUntilServed(fixture, slow);
      double reads = readsPerByte(blob);
      assertTrue(reads < 2.2, "the disk was read " + reads + " times");
      fixture.finish();
    }
  }

  private static void assertLeftBehind(long slowRate) {
    long aloneNs = durationNs(RemoteEnd.UNLIMITED);
    long tookNs = durationNs(slowRate);
    assertTrue(tookNs < aloneNs + 250 * MS, tookNs + " ns instead of " + aloneNs);
  }

  /** How long the others take beside one that reads at {@code rate}, which is served whole, too. */
  private static long durationNs(long rate) {
    try (LoopFixture fixture = fixture()) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      fixture.start();
      LoopFixture.Connected slow = get(fixture, blob, rate);
      List<LoopFixture.Connected> others = get(fixture, blob, CLIENTS - 1, BYTES_PER_SECOND);
      turnUntilServed(fixture, others);
      long durationNs = fixture.kernel.nowNs();
      slow.client.setReadRate(RemoteEnd.UNLIMITED);
      turnUntilServed(fixture, List.of(slow));
      fixture.finish();
      return durationNs;
    }
  }

  @Test
  void whatIsResidentIsNotRead() {
    try (LoopFixture fixture = fixture()) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      blob.setResident(0, BLOB_BYTES, true);
      fixture.start();
      turnUntilServed(fixture, get(fixture, blob, CLIENTS, RemoteEnd.UNLIMITED));
      assertEquals(0, blob.deviceReadBytes());
      fixture.finish();
    }
  }

  @Test
  void onlyWhatIsMissingIsRead() {
    try (LoopFixture fixture = fixture()) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      blob.setResident(10L * BLOCK_BYTES, 50L * BLOCK_BYTES, true);
      blob.setResident(60L * BLOCK_BYTES, 61L * BLOCK_BYTES, true);
      fixture.start();
      turnUntilServed(fixture, get(fixture, blob, 2, BYTES_PER_SECOND));
      double expected = 1 - 41.0 * BLOCK_BYTES / BLOB_BYTES;
      assertEquals(expected, readsPerByte(blob), 0.05);
      fixture.finish();
    }
  }

  @Test
  void directModeReadsWhatIsResident() {
    try (LoopFixture fixture = fixture()) {
      fixture.readMode = ReadMode.DIRECT;
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      blob.setResident(0, BLOB_BYTES, true);
      fixture.start();
      turnUntilServed(fixture, get(fixture, blob, 1, RemoteEnd.UNLIMITED));
      assertEquals(1.0, readsPerByte(blob), 0.02);
      fixture.finish();
    }
  }

  @Test
  void manyBlobsAtOnceAreEachReadOnce() {
    try (LoopFixture fixture = fixture()) {
      List<SimulatedBlob> blobs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        blobs.add(fixture.blob(BLOB_BYTES));
      }
      fixture.start();
      List<LoopFixture.Connected> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(get(fixture, blobs.get(i % blobs.size()), BYTES_PER_SECOND));
      }
      turnUntilServed(fixture, clients);
      for (SimulatedBlob blob : blobs) {
        assertEquals(1.0, readsPerByte(blob), 0.15);
      }
      fixture.finish();
    }
  }
}
