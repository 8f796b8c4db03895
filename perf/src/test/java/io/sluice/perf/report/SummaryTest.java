package io.sluice.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static String text(List<ScenarioReport> reports) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8)).summary(reports);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void speedOfTheFirstContendersIsALine() {
    ScenarioReport report = new ScenarioReport("cold", "made up");
    for (int i = 1; i <= 6; i++) {
      report.add("c" + i, "idle", "MiB", 9);
      report.add("c" + i, "throughput", "GiB/s", i);
    }
    report.fail("c6", "it died");
    assertEquals(
        "throughput, GiB/s: c1 1.00, c2 2.00, c3 3.00, c4 4.00, and 1 more; FAILED: c6",
        Summary.line(report));
    assertEquals("", Summary.line(new ScenarioReport("none", "found nothing")));
  }

  @Test
  void everyPromiseIsThereWithItsScenario() {
    ScenarioReport report = new ScenarioReport("cold", "made up");
    report.add(new Bound("speed", false, 2, "GiB/s", Optional.of(3.0), true));
    report.add(new Bound("charge", true, 2, "MiB", Optional.of(3.0), true));
    String text = text(List.of(report));
    assertTrue(text.contains("== summary: 1 ok, 1 MISSED"), text);
    assertTrue(text.contains("MISSED  cold  charge  3.00 MiB    at most 2.00 MiB"), text);
    assertTrue(text(List.of()).contains("== summary: nothing is promised"));
  }

  @Test
  void whatIsTooWideGoesOnBelow() {
    ScenarioReport report = new ScenarioReport("cold", "made up");
    for (int i = 0; i < 30; i++) {
      report.add("sluice", "a figure of number " + i, "GiB/s", i);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8)).scenario(report);
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= 130), lines.toString());
    for (int i = 0; i < 30; i++) {
      String name = "a figure of number " + i + ",";
      assertEquals(1, lines.stream().filter(line -> line.contains(name)).count(), name);
    }
  }

  @Test
  void aPercentileThatNoSampleIsAboveIsLeftOut() {
    Histogram histogram = new Histogram(3);
    for (int i = 0; i < 100; i++) {
      histogram.recordValue(1_000_000);
    }
    assertEquals(List.of("1.0", "1.0", "1.0", "-", "-", "1.0", "100"), Percentiles.row(histogram));
  }
}
