package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node in a real cgroup that is too small for it says so and ends, before it has opened a port.
 */
@Tag("root")
@Tag("kernel")
@Timeout(60)
class SmallCgroupTest {
  private static final int EXIT_FAILURE = 1;
  private static final long MIB = 1L << 20;

  @TempDir private Path layout;

  @Test
  void aNodeThatCouldBeKilledDoesNotStart() throws Exception {
    Requirement.root();
    try (MemoryCgroup cgroup = MemoryCgroup.create()) {
      cgroup.limit(72 * MIB);
      Process node = start(cgroup);
      String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(node.waitFor(30, TimeUnit.SECONDS), output);
      assertEquals(EXIT_FAILURE, node.exitValue(), output);
      List<String> lines = output.lines().toList();
      assertEquals(1, lines.size(), output);
      assertTrue(
          lines.getFirst().startsWith("A node can take ")
              && lines.getFirst().contains("its cgroup is limited to 72MiB; lower")
              && lines.getFirst().contains("--transfer-memory to "),
          output);
    }
  }

  private Process start(MemoryCgroup cgroup) throws IOException {
    List<String> words =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xmx16m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.sluice.server.cli.Sluice",
            "serve",
            "--store",
            "oci:" + layout);
    return new ProcessBuilder(cgroup.enter(words)).redirectErrorStream(true).start();
  }
}
