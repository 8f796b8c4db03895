package io.sluice.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline.Point;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("kernel", "a kernel of 1999");

  @TempDir private Path directory;

  private static ScenarioReport memory() {
    ScenarioReport report = new ScenarioReport("memory", "made up");
    report.add("sluice", "throughput", "GiB/s", 1);
    Histogram latency = new Histogram(3);
    latency.recordValue(1_000_000);
    report.latency("sluice", "time to first byte", latency);
    MemoryCharge charge = new MemoryCharge(1, 1, 0, 0, 0, 0, 0);
    report.timeline(
        ScenarioReport.round("sluice", 1),
        List.of(new Point(0, charge, 0), new Point(9, charge, 0)));
    return report;
  }

  private List<String> written(List<ScenarioReport> reports) throws IOException {
    BenchOptions options = new BenchOptions();
    options.out = directory.resolve("out");
    try (Output output = Output.open(options)) {
      output.environment(ENVIRONMENT);
      reports.forEach(output::scenario);
      output.finish(ENVIRONMENT, reports);
    }
    try (Stream<Path> files = Files.walk(options.out)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> options.out.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void everyFormSaysWhereTheFiguresComeFrom() throws IOException {
    List<String> files = written(List.of(memory()));
    assertEquals(
        List.of(
            "bench.json",
            "bench.txt",
            "hgrm/memory.sluice.time-to-first-byte.hgrm",
            "memory.svg",
            "report.html"),
        files);
    for (String file : files) {
      String text = Files.readString(directory.resolve("out").resolve(file));
      assertTrue(file.endsWith(".svg") || text.contains("a kernel of 1999"), file);
    }
  }

  @Test
  void withoutTheMemoryScenarioThereIsNoPicture() throws IOException {
    assertEquals(List.of("bench.json", "bench.txt", "report.html"), written(List.of()));
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamedBeforeAnythingIsMeasured() throws IOException {
    BenchOptions options = new BenchOptions();
    options.out = Files.createFile(directory.resolve("file")).resolve("out");
    IOException refused = assertThrows(IOException.class, () -> Output.open(options));
    assertTrue(refused.getMessage().contains("--out " + options.out), refused.getMessage());
  }
}
