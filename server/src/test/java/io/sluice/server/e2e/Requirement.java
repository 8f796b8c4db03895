package io.sluice.server.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs from the machine. Where it is missing the test is skipped with a sentence; with
 * {@code CI=true} or {@code SLUICE_REQUIRE_ALL=true} in the environment it fails instead, so that a
 * build server cannot stay green by running nothing.
 */
final class Requirement {
  private Requirement() {}

  /** The test creates network namespaces, mounts and cgroups. */
  static void root() {
    require(
        "root".equals(System.getProperty("user.name")),
        "this test needs root: run it as root, or as a user namespace's root");
  }

  /** Each of these programs is on the {@code PATH}. */
  static void tools(String... names) {
    List<String> missing = Arrays.stream(names).filter(name -> !onPath(name)).toList();
    require(
        missing.isEmpty(),
        "not on the PATH: " + String.join(", ", missing) + "; install the Debian packages of them");
  }

  /** Fails or skips with {@code sentence} unless {@code present}. */
  static void require(boolean present, String sentence) {
    if (present) {
      return;
    }
    if (everything()) {
      Assertions.fail(sentence);
    }
    Assumptions.abort(sentence);
  }

  private static boolean everything() {
    return "true".equals(System.getenv("CI")) || "true".equals(System.getenv("SLUICE_REQUIRE_ALL"));
  }

  private static boolean onPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return Arrays.stream(path.split(":"))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }
}
