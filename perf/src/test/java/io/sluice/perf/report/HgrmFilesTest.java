package io.sluice.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HgrmFilesTest {
  @TempDir private Path directory;

  private static Histogram milliseconds(int count) {
    Histogram histogram = new Histogram(3);
    for (int i = 1; i <= count; i++) {
      histogram.recordValue(i * 1_000_000L);
    }
    return histogram;
  }

  @Test
  void theirOwnFormatFollowsWhereItComesFrom() throws Exception {
    ScenarioReport report = new ScenarioReport("cold", "made up");
    report.latency("nginx sendfile, 8", "time to first byte", milliseconds(100));
    HgrmFiles.write(directory, Map.of("kernel", "6.1\nnot a comment"), List.of(report));
    List<String> lines =
        Files.readAllLines(directory.resolve("cold.nginx-sendfile-8.time-to-first-byte.hgrm"));
    assertEquals("# cold: nginx sendfile, 8, time to first byte, ms", lines.get(0));
    assertEquals("# kernel: 6.1 not a comment", lines.get(1));
    assertEquals(
        List.of("Value", "Percentile", "TotalCount", "1/(1-Percentile)"),
        List.of(lines.get(2).trim().split("\\s+")));
    for (String line : lines.subList(4, lines.size())) {
      assertTrue(line.startsWith("#") || line.trim().matches("([0-9.]+ +){2}[0-9]+( .*)?"), line);
    }
    assertTrue(lines.stream().anyMatch(l -> l.trim().startsWith("50.0")), "milliseconds: " + lines);
  }

  @Test
  void subjectsThatDifferOnlyInSignsHaveFilesOfTheirOwn() throws Exception {
    ScenarioReport report = new ScenarioReport("cold", "made up");
    for (String subject : List.of("a/b", "a b", "../a b", "A:B")) {
      report.latency(subject, "time", milliseconds(1));
    }
    HgrmFiles.write(directory, Map.of(), List.of(report));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of(
              "cold.a-b.time-2.hgrm",
              "cold.a-b.time-3.hgrm",
              "cold.a-b.time-4.hgrm",
              "cold.a-b.time.hgrm"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
