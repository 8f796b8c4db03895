package io.sluice.perf.footprint;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A real package of the classes under test, made once for all tests that want one. */
public final class TestPackage {
  private static final List<String> NODE_JARS =
      List.of("HdrHistogram", "agrona", "jackson-core", "picocli", "prometheus", "tomlj");
  private static final List<String> NODE_MODULES =
      List.of("native-bindings", "routing", "containerd", "server");

  private static Path made;

  private TestPackage() {}

  /** Its top directory, which goes when this process ends; made when first asked for. */
  public static synchronized Path directory() throws IOException, InterruptedException {
    if (made == null) {
      Path directory = Files.createTempDirectory("sluice-package-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      made = make(directory);
    }
    return made;
  }

  private static Path make(Path directory) throws IOException, InterruptedException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Path jars = Files.createDirectory(directory.resolve("jars"));
    Path all = Files.createDirectory(directory.resolve("all"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      collect(Path.of(entry), root, jars, all);
    }
    Path log = directory.resolve("package.log");
    Process process =
        new ProcessBuilder(
                root.resolve("scripts/package").toString(),
                System.getProperty("java.home"),
                Integer.toString(Runtime.version().feature()),
                jars.toString(),
                all.toString(),
                "--out",
                directory.resolve("out").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new AssertionError(Files.readString(log));
    }
    try (Stream<Path> out = Files.list(directory.resolve("out"))) {
      return out.filter(Files::isDirectory).findFirst().orElseThrow();
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

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
