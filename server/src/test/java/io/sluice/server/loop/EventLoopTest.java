package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.Fault;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.server.config.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Single stories of a whole loop, each of which once went wrong. */
class EventLoopTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  @Test
  void aTagLeadsToTheLastDigestOfTheCatalog() {
    try (LoopFixture fixture = new LoopFixture()) {
      SimulatedBlob manifest = fixture.manifest(100, "only");
      fixture.start();
      LoopFixture.Connected client =
          fixture.connect(LoopFixture.get("/v2/" + SimulatedStore.REPOSITORY + "/manifests/only"));
      fixture.turnUntil(() -> client.bodyBytes() == manifest.sizeBytes() || client.isOver());
      assertTrue(client.received().startsWith("HTTP/1.1 200 "), client.received());
      fixture.finish();
    }
  }

  @Test
  void whatAClosedCatalogLacksIsAsGoodAsAbsent() {
    try (LoopFixture fixture = new LoopFixture()) {
      SimulatedBlob manifest = fixture.manifest(100, "only");
      SimulatedBlob blob = fixture.blob(1000);
      fixture.hideBlobs();
      fixture.start();
      LoopFixture.Connected client = fixture.connect(LoopFixture.get(blob));
      fixture.turnFor(SECOND_NS);
      assertTrue(client.received().startsWith("HTTP/1.1 404 "), client.received());
      String path = "/v2/" + SimulatedStore.REPOSITORY + "/manifests/" + manifest.digest;
      LoopFixture.Connected other = fixture.connect(LoopFixture.get(path));
      fixture.turnFor(SECOND_NS);
      assertTrue(other.received().startsWith("HTTP/1.1 200 "), other.received());
      fixture.finish();
    }
  }

  @Test
  void aHeadThatStopsHalfWayIsGivenUpAlsoAfterAnInterruptedReceive() {
    try (LoopFixture fixture = new LoopFixture(FaultPlan.none().with(Fault.INTERRUPTED, 0.5))) {
      fixture.start();
      List<LoopFixture.Connected> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(fixture.connect("GET /v2/ HTTP/1.1\r\nHo"));
      }
      fixture.turnUntil(() -> clients.stream().allMatch(LoopFixture.Connected::isOver));
      for (LoopFixture.Connected client : clients) {
        assertTrue(client.received().startsWith("HTTP/1.1 408 "), client.received());
      }
      fixture.finish();
    }
  }

  @Test
  void aLoopThatStopsBeforeTheAcceptingOneLeavesNoClientBehind() {
    try (LoopFixture fixture = new LoopFixture()) {
      fixture.loops = 2;
      fixture.start();
      fixture.stop(1);
      fixture.turnFor(SECOND_NS);
      List<LoopFixture.Connected> clients = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        clients.add(fixture.connect(""));
      }
      fixture.turnFor(SECOND_NS);
      fixture.finish();
      fixture.kernel.advance(SECOND_NS);
      assertTrue(clients.stream().allMatch(LoopFixture.Connected::isOver));
    }
  }

  @Test
  void aClientThatDoesNotEvenTakeTheHeadHoldsNoBlocks() {
    try (LoopFixture fixture = new LoopFixture()) {
      fixture.share = fixture.shareWithBlocks(2);
      fixture.timeouts = new LoopTimeouts(SECOND_NS, SECOND_NS, 600 * SECOND_NS, SECOND_NS);
      // With its head it leaves room in the send buffer for half of the next head.
      SimulatedBlob first = fixture.blob(Limits.SOCKET_SEND_MAX_BYTES - 600);
      SimulatedBlob second = fixture.blob(250_000);
      fixture.start();
      LoopFixture.Connected frozen =
          fixture.connect(LoopFixture.get(first) + LoopFixture.get(second));
      frozen.client.setReadRate(0);
      fixture.turnFor(SECOND_NS);
      assertEquals(0, fixture.usage().transferBlocks(), "blocks held");
      LoopFixture.Connected healthy = fixture.connect(LoopFixture.get(second));
      fixture.turnFor(SECOND_NS);
      assertEquals(second.sizeBytes(), healthy.bodyBytes(), "bytes for the next client");
      frozen.client.setReadRate(RemoteEnd.UNLIMITED);
      fixture.turnFor(SECOND_NS);
      assertEquals(2, frozen.received().split("HTTP/1.1 200 ", -1).length - 1, "responses");
      fixture.finish();
    }
  }

  @Test
  void aShortReadIsNotTakenForTheEndOfTheFile() {
    try (LoopFixture fixture = new LoopFixture(FaultPlan.none().with(Fault.SHORT_READ, 0.5))) {
      fixture.kernel.setDirectSupported(fixture.directoryFd, false);
      SimulatedBlob blob = fixture.blob(100_000);
      fixture.start();
      LoopFixture.Connected client = fixture.connect(LoopFixture.get(blob));
      fixture.turnFor(SECOND_NS);
      assertEquals(blob.sizeBytes(), client.bodyBytes());
      fixture.finish();
    }
  }

  @Test
  void aBlobThatWasCutOffIsServedWholeSoonAfterItWasReplaced() {
    try (LoopFixture fixture = new LoopFixture()) {
      SimulatedBlob blob = fixture.blob(50_000);
      blob.truncate(100);
      fixture.start();
      LoopFixture.Connected early = fixture.connect(LoopFixture.get(blob));
      fixture.turnFor(SECOND_NS);
      assertEquals(100, early.bodyBytes(), "bytes of the file that was cut off");
      blob.put(fixture.kernel, fixture.directoryFd);
      LoopFixture.Connected late = fixture.connect(LoopFixture.get(blob));
      fixture.turnFor(SECOND_NS);
      assertEquals(blob.sizeBytes(), late.bodyBytes(), "bytes of the new file");
      fixture.finish();
    }
  }
}
