package io.sluice.perf.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * Writes every latency the way HdrHistogram's own tools do, in milliseconds, one file for each
 * subject and figure; its plotters and {@code awk} skip the lines that begin with {@code #}.
 */
public final class HgrmFiles {
  private static final int TICKS_PER_HALF = 5;
  private static final double NS_PER_MS = 1e6;

  private HgrmFiles() {}

  /**
   * Writes a run.
   *
   * @param directory where to; made when it does not exist
   * @param environment where the figures come from
   * @param scenarios what was found
   * @throws IOException when it cannot be written
   */
  public static void write(
      Path directory, Map<String, String> environment, List<ScenarioReport> scenarios)
      throws IOException {
    Files.createDirectories(directory);
    Set<String> names = new HashSet<>();
    for (ScenarioReport scenario : scenarios) {
      for (Map.Entry<String, Map<String, Histogram>> subject : scenario.latencies().entrySet()) {
        for (Map.Entry<String, Histogram> latency : subject.getValue().entrySet()) {
          String name = name(scenario.name(), subject.getKey(), latency.getKey());
          // Subjects that only differ in signs that no file name can have.
          int number = 1;
          String unique = name;
          while (!names.add(unique)) {
            unique = name + "-" + ++number;
          }
          String what = scenario.name() + ": " + subject.getKey() + ", " + latency.getKey();
          write(directory.resolve(unique + ".hgrm"), what, environment, latency.getValue());
        }
      }
    }
  }

  private static void write(
      Path file, String what, Map<String, String> environment, Histogram nanoseconds)
      throws IOException {
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      comment(out, what + ", ms");
      environment.forEach((name, value) -> comment(out, name + ": " + value));
      nanoseconds.outputPercentileDistribution(out, TICKS_PER_HALF, NS_PER_MS);
      if (out.checkError()) {
        throw new IOException("cannot write " + file);
      }
    }
  }

  private static void comment(PrintStream out, String text) {
    out.println("# " + text.replaceAll("\\R", " "));
  }

  private static String name(String scenario, String subject, String figure) {
    return part(scenario) + "." + part(subject) + "." + part(figure);
  }

  /** What is safe in every file system and shell. */
  private static String part(String text) {
    String safe = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return safe.replaceAll("^-|-$", "");
  }
}
