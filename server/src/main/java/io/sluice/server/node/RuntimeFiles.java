package io.sluice.server.node;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.server.log.Log;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives back what the kernel read of the Java runtime's own files: those pages are charged to this
 * process's cgroup, were needed once at start, and are most of what an idle runtime is charged for.
 * Never fails: at worst nothing is given back. For the control plane.
 */
final class RuntimeFiles {
  private static final Log LOG = Log.of("memory");
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final String ARCHIVE_PROPERTY = "sluice.archive";
  private static final int POSIX_FADV_DONTNEED = 4;

  /** {@code madvise(2)}: a page that is missing is read without those around it. */
  private static final int MADV_RANDOM = 1;

  /** {@code madvise(2)}, since Linux 5.4: be the first to go. */
  private static final int MADV_COLD = 20;

  /** {@code madvise(2)}, since Linux 5.4: go now. */
  private static final int MADV_PAGEOUT = 21;

  private RuntimeFiles() {}

  /**
   * Asks the kernel to drop the unmapped pages of all files that are mapped or on the class path
   * ({@code posix_fadvise(2)}). Pages that are mapped, or that others use, stay.
   */
  static void giveBack() {
    Set<String> files = new LinkedHashSet<>();
    for (Mapping mapping : mappings()) {
      files.add(mapping.file());
    }
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
      files.add(entry);
    }
    for (String file : files) {
      giveBack(Path.of(file));
    }
  }

  /**
   * From now on a page that is missing is read without those around it: a started node needs a
   * mebibyte more of its files, of which read-ahead made sixteen.
   */
  static void readSingly() {
    CallState state = CallState.ofThread();
    for (Mapping mapping : mappings()) {
      Linux.madvise(
          state, MemorySegment.ofAddress(mapping.address()), mapping.bytes(), MADV_RANDOM);
    }
  }

  /**
   * The same as {@link #giveBack}, after asking the kernel to unmap them all: who needs one again
   * reads it again, about a fifth of them while serving, and no other: with read-ahead, which may
   * be megabytes, the first few would bring most of them back. Pages that were written to
   * (relocated) stay, having nowhere to go without swap. Where the files belong to another user the
   * kernel only marks them as the first to go, which keeps them charged but out of what Kubernetes
   * counts as the working set.
   */
  static void giveBackMapped() {
    CallState state = CallState.ofThread();
    for (Mapping mapping : mappings()) {
      MemorySegment start = MemorySegment.ofAddress(mapping.address());
      Linux.madvise(state, start, mapping.bytes(), MADV_COLD);
      Linux.madvise(state, start, mapping.bytes(), MADV_PAGEOUT);
      Linux.madvise(state, start, mapping.bytes(), MADV_RANDOM);
    }
    giveBack();
  }

  /** Warns when the launcher named a class archive that the runtime has dropped. */
  static void checkArchive() {
    String archive = System.getProperty(ARCHIVE_PROPERTY);
    if (archive != null && mappings().stream().noneMatch(m -> m.file().equals(archive))) {
      LOG.warn(
          "the class archive is not used, so the start takes longer and more memory: make or"
              + " unpack the package anew, with the times of its files kept",
          "archive",
          archive);
    }
  }

  private static List<Mapping> mappings() {
    List<Mapping> mappings = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(MAPS)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Mapping mapping = Mapping.parse(line);
        if (mapping != null) {
          mappings.add(mapping);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("the mapped files are not known", "cause", unreadable);
    }
    return mappings;
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
