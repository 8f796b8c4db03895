package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What opening a blob costs: each request for one of thousands of small ones opens its own. */
class OpeningTest {
  private static final int SMALL_BYTES = 64 * 1024;

  private static LoopFixture.Connected serve(LoopFixture fixture, SimulatedBlob blob) {
    LoopFixture.Connected client = fixture.connect(LoopFixture.get(blob));
    fixture.turnUntil(() -> client.bodyBytes() == blob.sizeBytes());
    return client;
  }

  /** How often the kernel was asked for an operation since the last 128 events at most. */
  private static long asked(LoopFixture fixture, String operation) {
    return Pattern.compile(" submit " + operation + "#")
        .matcher(fixture.kernel.recentTrace())
        .results()
        .count();
  }

  @Test
  void aSmallResidentBlobIsOpenedOnceAndDescribedWithoutTheRing() {
    try (LoopFixture fixture = new LoopFixture()) {
      SimulatedBlob blob = fixture.blob(SMALL_BYTES);
      blob.setResident(0, SMALL_BYTES, true);
      fixture.start();
      serve(fixture, blob);
      assertEquals(1, asked(fixture, "OPEN_AT"));
      assertEquals(0, asked(fixture, "STATX"));
      fixture.finish();
    }
  }

  @Test
  void aLargerBlobAndOneOnDiskAreOpenedPastThePageCacheToo() {
    for (boolean resident : new boolean[] {true, false}) {
      try (LoopFixture fixture = new LoopFixture()) {
        SimulatedBlob blob = fixture.blob(resident ? SMALL_BYTES + 1 : SMALL_BYTES);
        blob.setResident(0, blob.sizeBytes(), resident);
        fixture.start();
        serve(fixture, blob);
        assertEquals(2, asked(fixture, "OPEN_AT"));
        fixture.finish();
      }
    }
  }

  @Test
  void aSmallBlobThatLeavesThePageCacheIsServedAllTheSame() {
    try (LoopFixture fixture = new LoopFixture()) {
      SimulatedBlob blob = fixture.blob(SMALL_BYTES);
      blob.setResident(0, SMALL_BYTES, true);
      fixture.start();
      String before = serve(fixture, blob).received();
      blob.setResident(0, SMALL_BYTES, false);
      String after = serve(fixture, blob).received();
      assertEquals(
          before.substring(before.indexOf("\r\n\r\n")), after.substring(after.indexOf("\r\n\r\n")));
      assertTrue(blob.deviceReadBytes() > 0);
      fixture.finish();
    }
  }
}
