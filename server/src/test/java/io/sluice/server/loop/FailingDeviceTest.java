package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.Fault;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.server.config.ReadMode;
import io.sluice.server.log.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that fails or hangs harms the clients of the blobs on it, and nobody else. */
class FailingDeviceTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int BLOCK_BYTES = 16 << 10;
  private static final int BLOB_BYTES = 100 * BLOCK_BYTES + 1000;
  private static final int SMALL_BLOB_BYTES = 256 * 1024;
  private static final int CLIENTS = 4;
  private static final long BYTES_PER_SECOND = 5L << 20;
  private static final String READ_ERRORS = "sluice_transfers_aborted_total{reason=\"read_error\"}";

  private static LoopFixture fixture(FaultPlan faults) {
    LoopFixture fixture = new LoopFixture(1, faults);
    fixture.kernel.setDirectAlignment(fixture.directoryFd, 4096);
    fixture.share = new LoopShare(32, 32, 32, BLOCK_BYTES, 32, 8, 4, 8, 64 << 10);
    return fixture;
  }

  private static List<ConvoyClient> get(LoopFixture fixture, SimulatedBlob blob) {
    List<ConvoyClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      ConvoyClient client =
          new ConvoyClient(
              fixture.kernel, blob, 0, blob.sizeBytes() - 1, "healthy", BYTES_PER_SECOND);
      client.connect(fixture.listenFd, fixture.kernel.nowNs());
      clients.add(client);
    }
    return clients;
  }

  private static void turnUntilOver(LoopFixture fixture, List<ConvoyClient> clients) {
    fixture.turnUntil(() -> clients.stream().allMatch(ConvoyClient::isOver));
  }

  private static void assertServed(List<ConvoyClient> clients) {
    long aloneNs = BLOB_BYTES * SECOND_NS / BYTES_PER_SECOND;
    for (ConvoyClient client : clients) {
      assertTrue(client.isServed(), client::toString);
      assertTrue(client.tookNs() < 2 * aloneNs, client.tookNs() + " ns instead of " + aloneNs);
    }
  }

  /** Whoever reads the broken blob has got what lies before the error, at most. */
  private static void assertCutOff(List<ConvoyClient> clients, long badFrom) {
    for (ConvoyClient client : clients) {
      assertTrue(!client.isServed() && client.received() <= badFrom, client::toString);
    }
  }

  private static void assertLogged(CapturedLog log, SimulatedBlob blob) {
    List<String> lines = log.lines(blob.digest.toString());
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains("A blob cannot be read"), lines::toString);
    assertTrue(lines.getFirst().contains("EIO"), lines::toString);
  }

  @ParameterizedTest
  @EnumSource(ReadMode.class)
  void anErrorClosesTheConnectionsOfThatBlobOnly(ReadMode mode) {
    try (CapturedLog log = new CapturedLog();
        LoopFixture fixture = fixture(FaultPlan.none())) {
      fixture.readMode = mode;
      SimulatedBlob broken = fixture.blob(BLOB_BYTES);
      SimulatedBlob good = fixture.blob(BLOB_BYTES);
      long badFrom = 50 * BLOCK_BYTES;
      broken.failReads(badFrom + 5000, badFrom + 5001);
      fixture.start();
      List<ConvoyClient> unlucky = get(fixture, broken);
      List<ConvoyClient> others = get(fixture, good);
      turnUntilOver(fixture, others);
      turnUntilOver(fixture, unlucky);
      assertServed(others);
      assertCutOff(unlucky, badFrom);
      assertEquals(CLIENTS, fixture.metric(READ_ERRORS));
      assertLogged(log, broken);
      fixture.finish();
    }
  }

  @Test
  void anErrorOfASendFromThePageCacheIsOneToo() {
    // What was resident when it was asked for has been dropped when it is sent.
    FaultPlan dropped = FaultPlan.none().with(Fault.PAGES_DROPPED, 1);
    try (CapturedLog log = new CapturedLog();
        LoopFixture fixture = fixture(dropped)) {
      SimulatedBlob broken = fixture.blob(BLOB_BYTES);
      broken.setResident(0, BLOB_BYTES, true);
      broken.failReads(0, BLOB_BYTES);
      fixture.start();
      List<ConvoyClient> unlucky = get(fixture, broken);
      turnUntilOver(fixture, unlucky);
      assertCutOff(unlucky, 0);
      assertEquals(CLIENTS, fixture.metric(READ_ERRORS));
      assertLogged(log, broken);
      fixture.finish();
    }
  }

  @Test
  void whatCanBeReadAgainIsServedAgain() {
    try (CapturedLog log = new CapturedLog();
        LoopFixture fixture = fixture(FaultPlan.none())) {
      SimulatedBlob blob = fixture.blob(BLOB_BYTES);
      blob.failReads(0, BLOB_BYTES);
      fixture.start();
      List<ConvoyClient> unlucky = get(fixture, blob);
      turnUntilOver(fixture, unlucky);
      assertCutOff(unlucky, 0);
      blob.failReads(Long.MAX_VALUE, Long.MAX_VALUE);
      List<ConvoyClient> lucky = get(fixture, blob);
      turnUntilOver(fixture, lucky);
      assertServed(lucky);
      assertLogged(log, blob);
      fixture.finish();
    }
  }

  @Test
  void aDeviceThatTakesSecondsDelaysItsBlobsOnly() {
    try (CapturedLog log = new CapturedLog();
        LoopFixture fixture = fixture(FaultPlan.none())) {
      SimulatedBlob slow = fixture.blob(BLOB_BYTES);
      SimulatedBlob good = fixture.blob(BLOB_BYTES);
      slow.delayReads(3 * SECOND_NS);
      fixture.start();
      List<ConvoyClient> patient = get(fixture, slow);
      fixture.turnFor(10 * SECOND_NS);
      List<ConvoyClient> others = get(fixture, good);
      turnUntilOver(fixture, others);
      assertServed(others);
      turnUntilOver(fixture, patient);
      patient.forEach(client -> assertTrue(client.isServed(), client::toString));
      assertEquals(0, log.lines(slow.digest.toString()).size());
      fixture.finish();
    }
  }

  /** A client cannot take what it is not offered; what comes at last takes a moment to arrive. */
  @Test
  void whoWaitsForTheDiskForLongerThanTheProgressTimeoutIsNotASlowClient() {
    try (LoopFixture fixture = fixture(FaultPlan.none())) {
      SimulatedBlob slow = fixture.blob(SMALL_BLOB_BYTES);
      long diskNs = 2 * fixture.timeouts.progressNs();
      slow.delayReads(diskNs);
      fixture.start();
      ConvoyClient client =
          new ConvoyClient(fixture.kernel, slow, 0, SMALL_BLOB_BYTES - 1, "patient", 0);
      client
          .connect(fixture.listenFd, 0)
          .at(diskNs + SECOND_NS / 2, far -> far.setReadRate(BYTES_PER_SECOND));
      turnUntilOver(fixture, List.of(client));
      assertTrue(client.isServed(), client::toString);
      fixture.finish();
    }
  }

  @Test
  void aDeviceThatTakesSecondsAndFailsAfterAllClosesTheConnections() {
    try (CapturedLog log = new CapturedLog();
        LoopFixture fixture = fixture(FaultPlan.none())) {
      SimulatedBlob broken = fixture.blob(BLOB_BYTES);
      SimulatedBlob good = fixture.blob(BLOB_BYTES);
      broken.delayReads(5 * SECOND_NS);
      broken.failReads(0, BLOB_BYTES);
      fixture.start();
      List<ConvoyClient> unlucky = get(fixture, broken);
      fixture.turnFor(SECOND_NS);
      List<ConvoyClient> others = get(fixture, good);
      turnUntilOver(fixture, others);
      assertServed(others);
      turnUntilOver(fixture, unlucky);
      assertCutOff(unlucky, 0);
      assertEquals(CLIENTS, fixture.metric(READ_ERRORS));
      assertLogged(log, broken);
      fixture.finish();
    }
  }
}
