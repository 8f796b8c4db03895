package io.sluice.perf.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.ring.UringAvailability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real package, made of the classes under test: it serves, and its class archive is used. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("kernel")
class PackageTest {
  @TempDir private static Path directory;
  private PackageHome home;

  @BeforeAll
  void makePackage() throws IOException, InterruptedException {
    UringAvailability ring = UringAvailability.check();
    assumeTrue(ring == UringAvailability.AVAILABLE, () -> "io_uring cannot be used here: " + ring);
    home = new PackageHome(TestPackage.directory());
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path log = directory.resolve("command.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int code = process.waitFor();
    String output = Files.readString(log);
    assertEquals(0, code, output);
    return output;
  }

  @Test
  void servesWithItsArchive() throws IOException, InterruptedException {
    assertTrue(ClassArchive.check(home).good());
  }

  @Test
  void otherCommandsRunInTheTrimmedRuntime() throws IOException, InterruptedException {
    String launcher = home.launcher().toString();
    assertTrue(run(List.of(launcher, "version")).startsWith("sluice version"));
    String layout = directory.resolve("layout").toString();
    assertTrue(run(List.of(launcher, "doctor", "--store", "oci:" + layout)).contains("io_uring"));
    String hosts = "--containerd-registry-config-path=" + directory.resolve("certs.d");
    String target = "--mirror-targets=http://127.0.0.1:5000";
    assertTrue(run(List.of(launcher, "configure", target, hosts)).startsWith("wrote "));
    // What was written is read again.
    assertTrue(run(List.of(launcher, "cleanup", hosts)).startsWith("removed "));
  }

  @Test
  void anArchiveThatDoesNotMatchItsJarsIsNoticed() throws IOException, InterruptedException {
    Path jar;
    try (Stream<Path> files = Files.list(home.directory().resolve("lib"))) {
      jar = files.filter(f -> f.toString().contains("server-")).findFirst().orElseThrow();
    }
    FileTime packaged = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(packaged.toMillis() + 60_000));
    try {
      IOException refused = assertThrows(IOException.class, () -> ClassArchive.check(home));
      assertTrue(refused.getMessage().contains("ended at once"), refused.getMessage());
      assertTrue(warningOfANode().contains("the class archive is not used"));
    } finally {
      Files.setLastModifiedTime(jar, packaged);
    }
  }

  private String warningOfANode() throws IOException, InterruptedException {
    Path apart = Files.createDirectory(directory.resolve("mismatch"));
    new TrainingRun(home, apart).run("");
    return Files.readString(apart.resolve("node.log"));
  }
}
