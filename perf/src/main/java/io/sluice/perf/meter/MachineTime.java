package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What all CPUs of the machine have done since boot, in nanoseconds.
 *
 * <p>Format: the first line of {@code /proc/stat}, proc_stat(5), in hundredths of a second.
 *
 * @param busyNs in programs and in the kernel for them
 * @param stolenNs wanted, but given to other guests of the hypervisor
 * @param totalNs of all CPUs, whatever they did
 */
public record MachineTime(long busyNs, long stolenNs, long totalNs) {
  /** Where the kernel shows it. */
  public static final Path STAT = Path.of("/proc/stat");

  private static final long NS_PER_TICK = 10_000_000;
  private static final int USER = 0;
  private static final int NICE = 1;
  private static final int SYSTEM = 2;
  private static final int STEAL = 7;

  /**
   * Reads it.
   *
   * @param stat a file in that format
   * @return the time so far
   * @throws IOException when the file cannot be read or has no such line
   */
  public static MachineTime read(Path stat) throws IOException {
    List<String> lines = Files.readAllLines(stat);
    if (lines.isEmpty() || !lines.get(0).matches("cpu( +[0-9]+){8,}")) {
      throw new IOException(stat + " does not begin with the time of all CPUs");
    }
    String[] words = lines.get(0).split(" +");
    long[] ticks = new long[STEAL + 1];
    long total = 0;
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = Long.parseLong(words[i + 1]);
      total += ticks[i];
    }
    return new MachineTime(
        (ticks[USER] + ticks[NICE] + ticks[SYSTEM]) * NS_PER_TICK,
        ticks[STEAL] * NS_PER_TICK,
        total * NS_PER_TICK);
  }
}
