package io.sluice.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.meter.Disturbance;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @Test
  void medianAndSpreadDoNotDependOnTheOrder() {
    Series odd = new Series("GiB/s", List.of(3.0, 1.0, 2.0));
    assertEquals(2.0, odd.median());
    assertEquals("2.00 (1.00..3.00)", odd.text());
    assertEquals(2.5, new Series("", List.of(4.0, 1.0, 3.0, 2.0)).median());
    assertEquals("1,234", new Series("", List.of(1234.0)).text());
    assertThrows(IllegalArgumentException.class, () -> new Series("", List.of()));
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    Series ours = new Series("", List.of(2.0, 1.0));
    Series theirs = new Series("", List.of(1.0, 0.5));
    assertEquals(List.of(2.0, 2.0), ours.over(theirs).values());
    assertEquals(ours.values().subList(0, 1), ours.over(new Series("", List.of(1.0))).values());
  }

  @Test
  void aBoundHoldsAtItsEdge() {
    assertEquals(Bound.Verdict.OK, bound(true, 128.0, true).verdict());
    assertEquals(Bound.Verdict.MISSED, bound(true, 128.01, true).verdict());
    assertEquals(Bound.Verdict.OK, bound(false, 128.0, true).verdict());
    assertEquals(Bound.Verdict.MISSED, bound(false, 127.99, true).verdict());
    assertTrue(bound(true, 1000.0, false).passed());
    assertEquals(Bound.Verdict.MISSED, bound(false, Double.NaN, true).verdict());
  }

  @Test
  void whatCouldNotBeMeasuredHasNotPassed() {
    Bound bound = new Bound("charge peak", true, 128, "MiB", Optional.empty(), true);
    assertEquals(Bound.Verdict.NOT_MEASURED, bound.verdict());
    assertFalse(bound.passed());
  }

  @Test
  void theUsualRoundOrTheWorstRoundDecides() {
    Optional<Series> rounds = Optional.of(new Series("GiB/s", List.of(1.0, 3.0, 2.0)));
    assertEquals(2.0, Bound.usual("speed", false, 2, rounds, true).measured().orElseThrow());
    assertEquals(1.0, Bound.always("speed", false, 2, rounds, true).measured().orElseThrow());
    assertEquals(3.0, Bound.always("reads", true, 2, rounds, true).measured().orElseThrow());
    assertEquals("GiB/s", Bound.usual("speed", false, 2, rounds, true).unit());
    assertEquals(
        Bound.Verdict.NOT_MEASURED,
        Bound.usual("speed", false, 2, Optional.empty(), true).verdict());
  }

  @Test
  void roundsOnBothSidesOfTheLimitAreClose() {
    Optional<Series> rounds = Optional.of(new Series("", List.of(1.0, 3.0)));
    assertTrue(Bound.usual("speed", false, 2, rounds, true).close());
    assertFalse(Bound.usual("speed", false, 1, rounds, true).close());
    assertFalse(Bound.usual("speed", false, 3, rounds, true).close());
    assertFalse(bound(false, 2, true).close());
  }

  @Test
  void roundsThatDifferByMoreThanAQuarterAreNoise() {
    ScenarioReport report = new ScenarioReport("cold", "cold blobs");
    report.add("quiet", "throughput", "GiB/s", 1.0);
    report.add("quiet", "throughput", "GiB/s", 1.25);
    report.add("quiet", "throughput", "GiB/s", 1.0);
    report.add("loud", "throughput", "GiB/s", 1.0);
    report.add("loud", "throughput", "GiB/s", 1.26);
    report.add("loud", "throughput", "GiB/s", 1.0);
    report.add("loud", "charge peak", "MiB", 1);
    report.add("loud", "charge peak", "MiB", 100);
    assertEquals(List.of("rounds differ: loud's throughput by 26 %"), report.noisy());
  }

  @Test
  void whatFailedIsNamedAndItsFiguresAreGone() throws IOException {
    ScenarioReport report = report();
    report.fail("sluice", "it died");
    assertEquals(List.of("nginx"), report.subjects());
    assertEquals(Map.of(), report.timelines());
    assertEquals(Map.of(), report.latencies());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8)).scenario(report);
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("FAILED sluice: it died"), text);
  }

  private static Bound bound(boolean atMost, double measured, boolean judged) {
    return new Bound("charge peak", atMost, 128, "MiB", Optional.of(measured), judged);
  }

  private static ScenarioReport report() {
    ScenarioReport report = new ScenarioReport("memory", "memory under load");
    report.add("sluice", "charge peak", "MiB", 90);
    report.add("sluice", "charge peak", "MiB", 92);
    report.add("nginx", "throughput", "GiB/s", 1.5);
    report.disturbed("sluice", new Disturbance(0.25, 0.1));
    report.disturbed("sluice", new Disturbance(0, 0.5));
    report.note("said once");
    report.note("said once");
    report.add(bound(true, 91.0, true));
    Histogram latency = new Histogram(3);
    latency.recordValue(2_000_000);
    report.latency("sluice", "time to first byte", latency);
    report.timeline(
        "sluice, round 1",
        List.of(new MemoryTimeline.Point(5_000_000, new MemoryCharge(7, 7, 4, 2, 1, 0, 0), 9)));
    return report;
  }

  @Test
  void textNamesFiguresBoundsAndNotes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8)).scenario(report());
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("charge peak, MiB"), text);
    assertTrue(text.contains("91 (90..92)"), text);
    assertTrue(text.contains("ok  charge peak  91 MiB  at most 128 MiB"), text);
    assertEquals(text.indexOf("said once"), text.lastIndexOf("said once"));
  }

  @Test
  void jsonHasEveryRoundAndTheTimeline(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("bench.json");
    JsonReport.write(file, Map.of("kernel", "6.1"), List.of(report()));
    String json = Files.readString(file).replaceAll("\\s", "");
    assertTrue(json.contains("\"kernel\":\"6.1\""), json);
    assertTrue(
        json.contains("\"median\":91.0,\"min\":90.0,\"max\":92.0,\"rounds\":[90.0,92.0]"), json);
    assertTrue(json.contains("\"subject\":\"sluice\",\"stolen\":0.25,\"others\":0.5"), json);
    assertTrue(json.contains("\"atMs\":[5],\"totalBytes\":[7]"), json);
    assertTrue(json.contains("\"verdict\":\"OK\""), json);
    assertTrue(json.contains("\"p99.99\":"), json);
  }
}
