package io.sluice.perf.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory and everything in it. */
public final class FileTree {
  private FileTree() {}

  /**
   * Deletes it; links are deleted, not followed.
   *
   * @param root the directory; nothing happens when it does not exist
   * @throws IOException when something in it cannot be deleted
   */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
