package io.sluice.perf.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.ring.UringAvailability;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
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
  private static final List<String> NODE_JARS =
      List.of("HdrHistogram", "agrona", "jackson-core", "picocli", "prometheus");
  private static final List<String> NODE_MODULES =
      List.of("native-bindings", "routing", "containerd", "server");

  @TempDir private static Path directory;
  private PackageHome home;

  @BeforeAll
  void makePackage() throws IOException, InterruptedException {
    UringAvailability ring = UringAvailability.check();
    assumeTrue(ring == UringAvailability.AVAILABLE, () -> "io_uring cannot be used here: " + ring);
    Path root = Path.of("..").toAbsolutePath().normalize();
    Path jars = Files.createDirectory(directory.resolve("jars"));
    Path all = Files.createDirectory(directory.resolve("all"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      collect(Path.of(entry), root, jars, all);
    }
    String output =
        run(
            List.of(
                root.resolve("scripts/package").toString(),
                System.getProperty("java.home"),
                Integer.toString(Runtime.version().feature()),
                jars.toString(),
                all.toString(),
                "--out",
                directory.resolve("out").toString()));
    try (Stream<Path> made = Files.list(directory.resolve("out"))) {
      home =
          new PackageHome(
              made.filter(Files::isDirectory)
                  .findFirst()
                  .orElseThrow(() -> new AssertionError(output)));
    }
  }

  /** An archive wants jars, and the build has directories when tests run. */
  private static void collect(Path entry, Path root, Path jars, Path all) throws IOException {
    String name = entry.getFileName().toString();
    if (Files.isDirectory(entry)) {
      String module = root.relativize(entry).getName(0).toString();
      Path jar = all.resolve(module + "-" + name + ".jar");
      writeJar(entry, jar);
      if (NODE_MODULES.contains(module) && name.equals("classes")) {
        Files.copy(jar, jars.resolve(module + "-0.jar"));
      }
    } else if (Files.isRegularFile(entry)) {
      Files.copy(entry, all.resolve(name));
      boolean ours = NODE_MODULES.stream().anyMatch(name::startsWith) && !name.contains("-tests");
      if (ours || NODE_JARS.stream().anyMatch(name::startsWith)) {
        Files.copy(entry, jars.resolve(name));
      }
    }
  }

  private static void writeJar(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
      }
    }
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
  void doctorAndVersionRunInTheTrimmedRuntime() throws IOException, InterruptedException {
    String launcher = home.launcher().toString();
    assertTrue(run(List.of(launcher, "version")).startsWith("sluice version"));
    String layout = directory.resolve("layout").toString();
    assertTrue(run(List.of(launcher, "doctor", "--store", "oci:" + layout)).contains("io_uring"));
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
