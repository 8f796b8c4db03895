package io.sluice.perf.contender;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.data.RuntimeCopy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What is run as the node: a package, or a launcher that runs on this process's JDK. Either way on
 * a copy of the runtime that nobody else uses.
 *
 * @param command the launcher, and flags for {@code serve} after it
 * @param environment variables for it
 * @param runtime what it runs on
 * @param description what it is, for readers of a report
 * @param packaged whether it is a package
 */
public record NodeProgram(
    List<String> command,
    Map<String, String> environment,
    RuntimeCopy runtime,
    String description,
    boolean packaged) {
  private static final String ARCHIVE = "lib/sluice.jsa";

  /** Checks nothing; keeps copies. */
  public NodeProgram {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * The package that a checkout has built last.
   *
   * @param root the checkout
   * @return its launcher; empty when there is none
   * @throws IOException when the directory cannot be read
   */
  public static Optional<Path> packageOf(Path root) throws IOException {
    Path directory = root.resolve("target/package");
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    Optional<Path> found = Optional.empty();
    try (DirectoryStream<Path> homes =
        Files.newDirectoryStream(directory, "sluice-*-linux-*[!z]")) {
      for (Path home : homes) {
        Path launcher = home.resolve("bin/sluice");
        if (Files.isExecutable(launcher) && (found.isEmpty() || isNewer(launcher, found.get()))) {
          found = Optional.of(launcher);
        }
      }
    }
    return found;
  }

  private static boolean isNewer(Path one, Path other) throws IOException {
    return Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) > 0;
  }

  /**
   * Finds out what a launcher is, and copies what it runs on.
   *
   * @param command the launcher, and flags for {@code serve} after it
   * @param flags more of them
   * @param checkout the sources that this harness was built from, to compare a package with
   * @param copies where the copy goes
   * @param cleanup removes the copy
   * @return the program
   * @throws IOException when there is no room
   */
  public static NodeProgram of(
      List<String> command, List<String> flags, Path checkout, Path copies, Cleanup cleanup)
      throws IOException {
    Path launcher = Path.of(command.get(0)).toAbsolutePath().normalize();
    List<String> words = new ArrayList<>(command);
    words.addAll(flags);
    Path home = launcher.resolve("../..").normalize();
    if (launcher.endsWith("bin/sluice") && Files.exists(home.resolve(ARCHIVE))) {
      RuntimeCopy copy = RuntimeCopy.of(home, copies, home.resolve("none"), cleanup);
      words.set(0, copy.home().resolve("bin/sluice").toString());
      return new NodeProgram(words, Map.of(), copy, packageName(home, checkout), true);
    }
    // The launcher keeps the jars that it runs beside itself.
    Path jars = launcher.resolveSibling("target/dist/current/server");
    RuntimeCopy copy =
        RuntimeCopy.of(Path.of(System.getProperty("java.home")), copies, jars, cleanup);
    Map<String, String> environment = new HashMap<>();
    environment.put("SLUICE_JAVA_HOME", copy.home().toString());
    if (Files.isDirectory(jars)) {
      // Without a build, which sources that are edited during a run would cause.
      environment.put("SLUICE_CLASS_PATH", jars.toRealPath() + "/*");
    }
    return new NodeProgram(
        words,
        environment,
        copy,
        launcher + ", on a whole JDK " + Runtime.version().feature(),
        false);
  }

  /** A package outlives the sources that it was built from, which must not go unnoticed. */
  private static String packageName(Path home, Path checkout) throws IOException {
    String name = "package " + home.getFileName();
    Path built = checkout.resolve("target/dist/current/server");
    if (!Files.isDirectory(built)) {
      return name;
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(built, "server-*.jar")) {
      for (Path jar : jars) {
        Path packaged = home.resolve("lib").resolve(jar.getFileName().toString());
        if (!Files.exists(packaged) || !classes(jar).equals(classes(packaged))) {
          return name + ", which is NOT OF THESE SOURCES: run ./sluice package";
        }
      }
    }
    return name;
  }

  /** Checksums of a jar's classes; the jars of two builds of the same sources differ in times. */
  private static Map<String, Long> classes(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .filter(entry -> entry.getName().endsWith(".class"))
          .collect(Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc));
    }
  }
}
