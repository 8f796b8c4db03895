package io.sluice.perf.confine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory and everything in it. */
public final class FileTree {
  /** A run that is being ended goes on for a moment, and may put something more into it. */
  private static final int DELETE_ATTEMPTS = 20;

  private FileTree() {}

  /** Puts something into a new directory. */
  @FunctionalInterface
  public interface Filler {
    /**
     * Fills it.
     *
     * @param root an empty directory
     * @throws IOException when that failed
     */
    void fill(Path root) throws IOException;
  }

  /**
   * Makes a directory with something in it. To be kept as a whole ({@link Cleanup#keep}): what is
   * filled later may be filled again once it has been deleted.
   *
   * @param parent where
   * @param prefix how its name begins
   * @param filler puts something into it
   * @return the directory; on failure nothing is left of it
   * @throws IOException when it cannot be made or filled
   */
  public static Path make(Path parent, String prefix, Filler filler) throws IOException {
    Path root = Files.createTempDirectory(parent, prefix);
    try {
      filler.fill(root);
      return root;
    } catch (IOException | RuntimeException e) {
      delete(root);
      throw e;
    }
  }

  /**
   * Deletes it; links are deleted, not followed.
   *
   * @param root the directory; nothing happens when it does not exist
   * @throws IOException when something in it cannot be deleted
   */
  public static void delete(Path root) throws IOException {
    for (int attempt = 1; Files.exists(root); attempt++) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (DirectoryNotEmptyException e) {
        if (attempt == DELETE_ATTEMPTS) {
          throw e;
        }
      } catch (UncheckedIOException e) {
        if (attempt == DELETE_ATTEMPTS || !(e.getCause() instanceof NoSuchFileException)) {
          throw e.getCause();
        }
      }
    }
  }
}
