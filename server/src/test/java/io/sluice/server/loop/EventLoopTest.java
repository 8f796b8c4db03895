package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Single stories of a whole loop, each of which once went wrong. */
class EventLoopTest {
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
}
