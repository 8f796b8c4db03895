package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with the package's JVM options runs as many loops as it may use CPUs. */
@Timeout(120)
class LoopCountTest {
  private static final Pattern LOOPS = Pattern.compile(" loops=([0-9]+)");

  /** What this process may use itself. */
  private static final int CPUS = Runtime.getRuntime().availableProcessors();

  @TempDir private Path layout;

  @Test
  void withoutAQuotaALoopRunsOnEachCpu() throws IOException {
    assertEquals(Math.min(CPUS, 16), loops(words()));
  }

  @Test
  void theNumberAskedForWins() throws IOException {
    int other = CPUS == 3 ? 2 : 3;
    assertEquals(other, loops(words("--loops", Integer.toString(other))));
  }

  @Test
  @Tag("root")
  @Tag("kernel")
  void aQuotaLowersTheNumber() throws IOException {
    Requirement.root();
    for (double quota : new double[] {0.5, 1, 1.5}) {
      try (CpuCgroup cgroup = CpuCgroup.of(quota)) {
        int expected = Math.min(CPUS, (int) Math.ceil(quota));
        assertEquals(expected, loops(cgroup.enter(words())), "with " + quota + " CPUs");
      }
    }
  }

  @Test
  @Tag("root")
  @Tag("kernel")
  void theNumberAskedForWinsOverAQuota() throws IOException {
    Requirement.root();
    try (CpuCgroup cgroup = CpuCgroup.of(1)) {
      assertEquals(3, loops(cgroup.enter(words("--loops", "3"))));
    }
  }

  private List<String> words(String... more) {
    List<String> words = new ArrayList<>(List.of(Workspace.launcher().toString(), "serve"));
    words.addAll(List.of("--store", "oci:" + layout));
    for (String port : List.of("--registry-addr", "--router-addr", "--metrics-addr")) {
      words.addAll(List.of(port, "127.0.0.1:" + Workspace.freePort("127.0.0.1")));
    }
    words.addAll(List.of(more));
    return words;
  }

  /** How many loops the node says it has when it is ready; ends it. */
  private static int loops(List<String> words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("SLUICE_CLASS_PATH", Workspace.classPath());
    builder.environment().put("SLUICE_JAVA_HOME", System.getProperty("java.home"));
    Process node = builder.start();
    StringBuilder output = new StringBuilder();
    try (BufferedReader lines = node.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
        Matcher loops = LOOPS.matcher(line);
        if (loops.find()) {
          return Integer.parseInt(loops.group(1));
        }
      }
    } finally {
      node.destroyForcibly().onExit().join();
    }
    return fail("the node did not become ready:\n" + output);
  }
}
