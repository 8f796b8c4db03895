package io.sluice.perf.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A package that {@code ./sluice package} makes, unpacked.
 *
 * @param directory its top directory
 */
public record PackageHome(Path directory) {
  /** Keeps the absolute path, since nodes run elsewhere. */
  public PackageHome {
    directory = directory.toAbsolutePath().normalize();
  }

  /** Starts Sluice. */
  Path launcher() {
    return directory.resolve("bin/sluice");
  }

  /** The archive of parsed classes that the launcher names to the runtime. */
  Path archive() {
    return directory.resolve("lib/sluice.jsa");
  }

  /** The JVM options that the launcher reads, one a line. */
  Path jvmOptions() {
    return directory.resolve("lib/jvm.options");
  }

  /**
   * Refuses what is no package.
   *
   * @throws IOException in a sentence that says what is missing
   */
  void require() throws IOException {
    for (Path file : List.of(launcher(), jvmOptions())) {
      if (!Files.isRegularFile(file)) {
        throw new IOException(
            file + " is not there: name a directory that ./sluice package has made");
      }
    }
  }

  /**
   * All that the kernel may have in its page cache because a node ran.
   *
   * @throws IOException when the package cannot be read
   */
  List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}
