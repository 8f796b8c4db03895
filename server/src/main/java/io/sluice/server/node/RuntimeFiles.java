package io.sluice.server.node;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.server.log.Log;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Gives back what the kernel read of the Java runtime's own files and nobody has mapped: those
 * pages are charged to this process's cgroup, were needed once at start, and are most of what an
 * idle runtime is charged for on a device with a large read-ahead.
 */
final class RuntimeFiles {
  private static final Log LOG = Log.of("memory");
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final int PATH_COLUMN = 5;
  private static final int POSIX_FADV_DONTNEED = 4;

  private RuntimeFiles() {}

  /**
   * Asks the kernel to drop the unmapped pages of all files that are mapped or on the class path
   * ({@code posix_fadvise(2)}). Pages that others use stay. Never fails: at worst nothing is given
   * back.
   */
  static void giveBack() {
    Set<String> files = new LinkedHashSet<>();
    addMapped(files);
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
      files.add(entry);
    }
    for (String file : files) {
      giveBack(Path.of(file));
    }
  }

  private static void addMapped(Set<String> files) {
    try (BufferedReader maps = Files.newBufferedReader(MAPS)) {
      for (String line = maps.readLine(); line != null; line = maps.readLine()) {
        String[] columns = line.split(" +", PATH_COLUMN + 1);
        if (columns.length > PATH_COLUMN && columns[PATH_COLUMN].startsWith("/")) {
          files.add(columns[PATH_COLUMN]);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("the mapped files are not known", "cause", unreadable);
    }
  }

  private static void giveBack(Path file) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try {
      int fd = Descriptors.open(file, 0);
      Linux.posixFadvise(CallState.ofThread(), fd, 0, 0, POSIX_FADV_DONTNEED);
      Descriptors.close(fd);
    } catch (LinuxException unreadable) {
      LOG.debug("a file's pages stay", "file", file, "cause", unreadable);
    }
  }
}
