package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatencySeriesTest {
  private static final long MS = 1_000_000L;

  private long nowNs;
  private final LatencySeries series =
      new LatencySeries(new long[] {10 * MS, 100 * MS}, () -> nowNs);
  private final LatencyRecorder one = new LatencyRecorder();
  private final LatencyRecorder other = new LatencyRecorder();

  @Test
  void countsEachDurationOnceUnderItsBound() {
    one.record(9 * MS);
    other.record(50 * MS);
    series.drain(List.of(one, other));
    one.record(200 * MS);
    series.drain(List.of(one, other));
    series.drain(List.of(one, other));
    assertArrayEquals(new long[] {1, 1, 1}, series.counts());
  }

  @Test
  void quantilesForgetWhatIsTwoWindowsOld() {
    one.record(200 * MS);
    series.drain(List.of(one));
    assertEquals(0.2, series.recentQuantileSeconds(1), 0.002);
    nowNs += LatencySeries.WINDOW_NS;
    series.drain(List.of(one));
    assertEquals(0.2, series.recentQuantileSeconds(1), 0.002);
    nowNs += LatencySeries.WINDOW_NS;
    series.drain(List.of(one));
    assertTrue(Double.isNaN(series.recentQuantileSeconds(1)));
    assertArrayEquals(new long[] {0, 0, 1}, series.counts());
  }
}
