package io.sluice.perf.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What processes hold besides memory: entries of {@code /proc/PID/fd} and {@code /proc/PID/task},
 * proc(5). A process that has ended holds nothing. Any thread may read.
 */
public final class ProcessMeter {
  private static final Path PROC = Path.of("/proc");

  /** A meter of the running system. */
  public ProcessMeter() {}

  /**
   * Open file descriptors.
   *
   * @param processIds the processes
   * @return the sum
   * @throws IOException when a living process cannot be looked at
   */
  public long descriptors(Iterable<Long> processIds) throws IOException {
    return entries(processIds, "fd");
  }

  /**
   * Threads.
   *
   * @param processIds the processes
   * @return the sum
   * @throws IOException when a living process cannot be looked at
   */
  public long threads(Iterable<Long> processIds) throws IOException {
    return entries(processIds, "task");
  }

  private static long entries(Iterable<Long> processIds, String directory) throws IOException {
    long count = 0;
    for (long id : processIds) {
      Path path = PROC.resolve(id + "/" + directory);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path unused : entries) {
          count++;
        }
      } catch (NoSuchFileException | DirectoryIteratorException | UncheckedIOException ended) {
        continue;
      }
    }
    return count;
  }
}
