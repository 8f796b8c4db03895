package io.sluice.perf;

import io.sluice.perf.report.DrawingException;
import io.sluice.perf.report.HgrmFiles;
import io.sluice.perf.report.HtmlReport;
import io.sluice.perf.report.JsonReport;
import io.sluice.perf.report.MemoryPicture;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.TextReport;
import io.sluice.perf.workload.MemoryWorkload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everywhere that a run's findings are written to. One thread. */
final class Output implements AutoCloseable {
  private final TextReport terminal = new TextReport(System.out);
  private final Optional<PrintStream> file;
  private final Optional<Path> directory;
  private final List<Path> json = new ArrayList<>();
  private final List<Path> pictures = new ArrayList<>();

  private Output(BenchOptions options) throws IOException {
    if (options.json != null) {
      json.add(options.json);
    }
    if (options.picture != null) {
      pictures.add(options.picture);
    }
    directory = Optional.ofNullable(options.out);
    if (options.out == null) {
      file = Optional.empty();
      return;
    }
    Files.createDirectories(options.out);
    json.add(options.out.resolve("bench.json"));
    pictures.add(options.out.resolve("memory.svg"));
    Path text = options.out.resolve("bench.txt");
    file = Optional.of(new PrintStream(Files.newOutputStream(text), true, StandardCharsets.UTF_8));
  }

  /**
   * Opens what can be opened now, so that a run does not end in an error that it could have begun
   * with.
   *
   * @param options where to write to
   * @return the output
   * @throws IOException when a directory cannot be made or written to
   */
  static Output open(BenchOptions options) throws IOException {
    try {
      return new Output(options);
    } catch (IOException e) {
      throw new IOException("cannot write to --out " + options.out + ": " + e, e);
    }
  }

  /** Writes where the figures come from. */
  void environment(Map<String, String> environment) {
    terminal.environment(environment);
    file.ifPresent(f -> new TextReport(f).environment(environment));
  }

  /** Writes one scenario, as soon as it is done. */
  void scenario(ScenarioReport report) {
    terminal.scenario(report);
    file.ifPresent(f -> new TextReport(f).scenario(report));
  }

  /**
   * Writes what can only be written as a whole. Charts are drawn now, when nothing is measured.
   *
   * @param environment where the figures come from
   * @param reports what was found
   * @throws IOException when something cannot be written; the rest was written even so
   */
  void finish(Map<String, String> environment, List<ScenarioReport> reports) throws IOException {
    terminal.summary(reports);
    file.ifPresent(f -> new TextReport(f).summary(reports));
    Optional<ScenarioReport> pictured =
        reports.stream()
            .filter(r -> r.name().equals(MemoryWorkload.NAME) && !r.timelines().isEmpty())
            .findFirst();
    for (Path path : json) {
      JsonReport.write(path, environment, reports);
    }
    if (directory.isPresent()) {
      HgrmFiles.write(directory.get().resolve("hgrm"), environment, reports);
      HtmlReport.write(directory.get().resolve("report.html"), environment, reports, pictured);
    }
    if (pictured.isPresent()) {
      for (Path picture : pictures) {
        draw(picture, pictured.get());
      }
    }
  }

  /** A machine without fonts has measured even so. */
  private static void draw(Path picture, ScenarioReport report) throws IOException {
    try {
      MemoryPicture.write(picture, report);
    } catch (DrawingException e) {
      System.err.println("without " + picture + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    file.ifPresent(PrintStream::close);
  }
}
