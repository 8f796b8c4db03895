package io.sluice.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.contender.FakeContender;
import io.sluice.perf.contender.FakeServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run that is told to end in the middle: with a program that is no real node, but real control
 * groups, layers, namespaces, nginx and registry. Needs root.
 */
@Tag("root")
@Timeout(120)
class InterruptedBenchTest {
  private static final int PATIENCE_S = 60;

  @TempDir private Path directory;

  private Process bench(String scenario) throws IOException {
    Path fake = directory.resolve("fake.toml");
    FakeContender.file(directory, "fake", FakeServer.Fault.NONE);
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "--quick",
                "--only=" + scenario,
                "--data=" + directory.resolve("data"),
                "--node=" + FakeContender.node(directory.resolve("node")),
                "--contender=" + fake,
                "--contenders=fake,docker-registry,nginx-directio"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.PIPE)
        .start();
  }

  @ParameterizedTest
  @CsvSource({
    "cold,  writing, INT, 130",
    "cold,  cold: starting and warming up fake, TERM, 143",
    "relay, relay: starting and warming up direct, INT, 130",
    "rolling, rolling: starting and warming up node 1, TERM, 143",
    "slow,  slow: round 1, INT, 130",
  })
  void nothingIsLeft(String scenario, String when, String signal, int exitCode) throws Exception {
    Process bench = bench(scenario);
    String said =
        watch(
            bench,
            when,
            () ->
                new ProcessBuilder("kill", "-" + signal, Long.toString(bench.pid()))
                    .start()
                    .waitFor());
    assertEquals(exitCode, bench.exitValue(), said);
    assertFalse(said.contains("could not clean up"), said);
    assertNothingOf(bench.pid());
  }

  /** As the kernel does it to one that takes too much memory. */
  @Test
  void aNodeThatIsKilledFailsTheRunAndNothingIsLeft() throws Exception {
    Process bench = bench("cold");
    String said =
        watch(
            bench,
            "cold: starting and warming up nginx sendfile",
            () -> nodes().forEach(ProcessHandle::destroyForcibly));
    assertEquals(1, bench.exitValue(), said);
    assertTrue(said.contains("FAILED sluice"), said);
    assertNothingOf(bench.pid());
  }

  private List<ProcessHandle> nodes() {
    List<ProcessHandle> nodes =
        ProcessHandle.allProcesses()
            .filter(
                process ->
                    process
                        .info()
                        .commandLine()
                        .filter(line -> line.contains(FakeServer.class.getName()))
                        .filter(line -> line.contains("serve --store=oci:" + directory))
                        .isPresent())
            .toList();
    assertFalse(nodes.isEmpty(), "there is no node");
    return nodes;
  }

  /** What is done to a run. */
  private interface Intervention {
    void run() throws Exception;
  }

  /** What a run says, which is disturbed once it has come to a line, until it ends. */
  private static String watch(Process bench, String when, Intervention intervention)
      throws Exception {
    StringBuilder said = new StringBuilder();
    try (BufferedReader output = bench.inputReader(StandardCharsets.UTF_8)) {
      boolean done = false;
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
        if (!done && line.contains(when)) {
          intervention.run();
          done = true;
        }
      }
      assertTrue(done, "it never came to '" + when + "' and said:\n" + said);
      assertTrue(bench.waitFor(PATIENCE_S, TimeUnit.SECONDS), "it does not end");
    } finally {
      bench.destroyForcibly();
    }
    return said.toString();
  }

  private void assertNothingOf(long pid) throws IOException {
    assertEquals(List.of(), below(directory.resolve("data")));
    assertEquals(List.of(), below(directory.resolve("tmp")));
    // A group that is gone had no process in it.
    CgroupMounts mounts = CgroupMounts.find();
    for (String controller : List.of("memory", "cpuacct")) {
      if (mounts.directory(controller).isPresent()) {
        assertEquals(List.of(), of(pid, mounts.directory(controller).get()));
      }
    }
    Path namespaces = Path.of("/run/netns");
    assertEquals(List.of(), Files.exists(namespaces) ? of(pid, namespaces) : List.of());
    assertEquals(
        List.of(),
        ProcessHandle.allProcesses()
            .map(process -> process.info().commandLine().orElse(""))
            .filter(line -> line.contains(directory.toString()))
            .toList());
  }

  private static List<Path> below(Path parent) throws IOException {
    if (!Files.exists(parent)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(parent)) {
      return files.toList();
    }
  }

  private static List<Path> of(long pid, Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> those =
        Files.newDirectoryStream(parent, "sluice-bench-" + pid + "*")) {
      those.forEach(found::add);
    }
    return found;
  }
}
