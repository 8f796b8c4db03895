package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Resident memory of processes: {@code VmRSS} of {@code /proc/PID/status}, proc_pid_status(5), and
 * {@code Pss} of {@code /proc/PID/smaps_rollup}, proc_pid_smaps(5). Any thread may read.
 */
public final class ResidentSetMeter {
  private static final Path PROC = Path.of("/proc");
  private static final long BYTES_PER_KIB = 1024;

  private final Path proc;

  /** A meter of the running system. */
  public ResidentSetMeter() {
    this(PROC);
  }

  /**
   * A meter of any directory in that format.
   *
   * @param proc a directory with one directory for each process
   */
  ResidentSetMeter(Path proc) {
    this.proc = proc;
  }

  /**
   * The sum over some processes; pages that they share count once for each.
   *
   * @param processIds the processes; one that has ended counts nothing
   * @return resident bytes
   * @throws IOException when a living process cannot be read
   */
  public long residentBytes(Iterable<Long> processIds) throws IOException {
    long sum = 0;
    for (long id : processIds) {
      sum += residentBytes(id);
    }
    return sum;
  }

  /**
   * The same, but a page that several processes share counts in parts: the kernel walks all page
   * tables for it, which takes milliseconds.
   *
   * @param processIds the processes; one that has ended counts nothing
   * @return proportional bytes
   * @throws IOException when a living process cannot be read, such as that of another user
   */
  public long proportionalBytes(Iterable<Long> processIds) throws IOException {
    long sum = 0;
    for (long id : processIds) {
      sum += bytes(id, "smaps_rollup", "Pss:");
    }
    return sum;
  }

  private long residentBytes(long processId) throws IOException {
    return bytes(processId, "status", "VmRSS:");
  }

  private long bytes(long processId, String file, String key) throws IOException {
    try {
      for (String line : Files.readAllLines(proc.resolve(processId + "/" + file))) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KIB;
        }
      }
      return 0;
    } catch (NoSuchFileException ended) {
      return 0;
    } catch (IOException e) {
      // Of a process that has ended and not been waited for, some files cannot be opened.
      if (String.valueOf(e.getMessage()).contains("No such process")) {
        return 0;
      }
      throw e;
    }
  }
}
