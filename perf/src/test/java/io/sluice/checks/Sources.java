package io.sluice.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The sources of all modules, generated ones left out. */
final class Sources {
  /** The modules, all of which lie beside the one that holds this test. */
  private static final List<String> MODULES =
      List.of("native-bindings", "routing", "containerd", "server", "perf", "micro");

  private Sources() {}

  /** The directory with the parent {@code pom.xml}. */
  static Path root() {
    Path module = Path.of("").toAbsolutePath();
    return Files.isDirectory(module.resolve("native-bindings")) ? module : module.getParent();
  }

  /** What ships: {@code src/main} of every module. */
  static List<Path> main() {
    return below("src/main/java");
  }

  /** What ships, and its tests. */
  static List<Path> all() {
    List<Path> files = new ArrayList<>(main());
    files.addAll(below("src/test/java"));
    return files;
  }

  private static List<Path> below(String directory) {
    List<Path> files = new ArrayList<>();
    for (String module : MODULES) {
      Path sources = root().resolve(module).resolve(directory);
      if (!Files.isDirectory(sources)) {
        continue;
      }
      try (Stream<Path> tree = Files.walk(sources)) {
        tree.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.toString().contains("/generated/"))
            .forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }
}
