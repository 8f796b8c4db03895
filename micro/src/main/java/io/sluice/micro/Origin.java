package io.sluice.micro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where figures come from; only those of the same machine can be compared.
 *
 * @param date when, UTC
 * @param commit of the sources, {@code -dirty} when others than the documents were changed since
 * @param jdk version of the virtual machine
 * @param kernel release of the kernel
 * @param cpu how many processors, and which
 */
record Origin(String date, String commit, String jdk, String kernel, String cpu) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /**
   * Looks around.
   *
   * @param checkout the sources
   * @return where this process is
   */
  static Origin here(Path checkout) {
    return new Origin(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        commit(checkout),
        System.getProperty("java.vm.version"),
        System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors() + " x " + model());
  }

  /**
   * Whether figures of both belong in one line.
   *
   * @param other another
   * @return true when all but the date is the same
   */
  boolean sameAs(Origin other) {
    return Objects.equals(commit, other.commit)
        && Objects.equals(jdk, other.jdk)
        && Objects.equals(kernel, other.kernel)
        && Objects.equals(cpu, other.cpu);
  }

  private static String model() {
    try {
      for (String line : Files.readAllLines(CPUINFO)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).trim();
        }
      }
    } catch (IOException hidden) {
      return "unknown";
    }
    return "unknown";
  }

  private static String commit(Path checkout) {
    String commit = git(checkout, "rev-parse", "--short=12", "HEAD");
    String changed = git(checkout, "status", "--porcelain", "--", ".", ":!docs");
    return commit.isEmpty() ? "unknown" : commit + (changed.isEmpty() ? "" : "-dirty");
  }

  private static String git(Path checkout, String... words) {
    List<String> command = new ArrayList<>(List.of("git", "-C", checkout.toString()));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    } catch (IOException noGit) {
      return "";
    }
  }
}
