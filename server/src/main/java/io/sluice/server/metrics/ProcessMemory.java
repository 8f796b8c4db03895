package io.sluice.server.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Resident memory of one process, in bytes, from {@code /proc/<pid>/status} (proc_pid_status(5)).
 *
 * <p>The kernel may lag behind by some pages per thread. Shared pages count in full.
 *
 * @param residentBytes everything resident
 * @param peakResidentBytes highest value of it so far
 * @param anonymousBytes heap, stacks, anonymous mappings
 * @param fileBytes mapped files: the runtime, its class archive, jars
 * @param shmemBytes shared memory
 */
public record ProcessMemory(
    long residentBytes,
    long peakResidentBytes,
    long anonymousBytes,
    long fileBytes,
    long shmemBytes) {

  private static final long KIB = 1024;

  /**
   * Reads this process's memory.
   *
   * @throws IOException if {@code /proc} is not mounted
   */
  public static ProcessMemory ofSelf() throws IOException {
    return read(Path.of("/proc/self/status"));
  }

  /**
   * Reads another process's memory.
   *
   * @param pid process id as this process's namespace numbers it
   * @throws IOException if there is no such process
   */
  public static ProcessMemory ofProcess(final long pid) throws IOException {
    return read(Path.of("/proc", Long.toString(pid), "status"));
  }

  /**
   * The process's share of its resident memory: a page that n processes map counts 1/n. The kernel
   * walks all mappings for it, which takes milliseconds; not for every scrape.
   *
   * @param pid process id as this process's namespace numbers it
   * @return bytes
   * @throws IOException if there is no such process or it belongs to another user
   */
  public static long proportionalBytes(final long pid) throws IOException {
    final Path file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
    return value(Files.readAllLines(file), "Pss:");
  }

  static ProcessMemory read(final Path status) throws IOException {
    final List<String> lines = Files.readAllLines(status);
    return new ProcessMemory(
        value(lines, "VmRSS:"),
        value(lines, "VmHWM:"),
        value(lines, "RssAnon:"),
        value(lines, "RssFile:"),
        value(lines, "RssShmem:"));
  }

  /** A kernel thread and a zombie have none of these lines, and no memory. */
  private static long value(final List<String> lines, final String key) {
    for (final String line : lines) {
      if (line.startsWith(key)) {
        final String amount = line.substring(key.length()).strip();
        return Long.parseLong(amount.substring(0, amount.indexOf(' '))) * KIB;
      }
    }
    return 0;
  }
}
