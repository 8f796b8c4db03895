package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * CPU time used by all processes that are or were in a control group. Any thread may read.
 *
 * <p>Version 1: {@code cpuacct.usage} in nanoseconds; version 2: {@code usage_usec} of {@code
 * cpu.stat}, which is there without the cpu controller as well.
 */
public final class CpuMeter {
  private static final long NS_PER_US = 1_000;

  private final Path directory;

  /**
   * A meter of one group.
   *
   * @param directory the group's directory in the unified or in the cpuacct hierarchy
   */
  public CpuMeter(Path directory) {
    this.directory = directory;
  }

  /**
   * CPU time so far.
   *
   * @return user and system time of the group, nanoseconds
   * @throws IOException when the group is gone or keeps no CPU time
   */
  public long usedNs() throws IOException {
    Path version1 = directory.resolve("cpuacct.usage");
    if (Files.exists(version1)) {
      return KeyedFile.number(version1);
    }
    Map<String, Long> stat = KeyedFile.read(directory.resolve("cpu.stat"));
    Long usedUs = stat.get("usage_usec");
    if (usedUs == null) {
      throw new IOException(directory.resolve("cpu.stat") + " has no line usage_usec");
    }
    return usedUs * NS_PER_US;
  }
}
