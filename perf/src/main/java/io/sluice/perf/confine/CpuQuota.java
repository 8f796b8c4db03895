package io.sluice.perf.confine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much CPU time a control group may use.
 *
 * @param cpus how many CPUs' time; a tenth is 10 ms in each 100 ms
 */
public record CpuQuota(double cpus) {
  /** The kernel takes no quota below a millisecond a period. */
  public static final double CPUS_MIN = 0.01;

  private static final long PERIOD_US = 100_000;

  /** The most that either version takes: the quota alone decides, not the clients' threads. */
  private static final long VERSION_1_SHARES = 262_144;

  private static final long VERSION_2_WEIGHT = 10_000;

  /** Checks that the kernel would take it. */
  public CpuQuota {
    if (!(cpus >= CPUS_MIN)) {
      throw new IllegalArgumentException("a quota of " + cpus + " CPUs is below " + CPUS_MIN);
    }
  }

  /**
   * What sets it.
   *
   * @param unified true for version 2 of control groups, false for version 1
   * @return contents of files in a group's directory, by name, in the order to write them
   */
  Map<String, String> files(boolean unified) {
    long quotaUs = Math.round(cpus * PERIOD_US);
    Map<String, String> files = new LinkedHashMap<>();
    if (unified) {
      files.put("cpu.max", quotaUs + " " + PERIOD_US);
      files.put("cpu.weight", Long.toString(VERSION_2_WEIGHT));
    } else {
      files.put("cpu.cfs_period_us", Long.toString(PERIOD_US));
      files.put("cpu.cfs_quota_us", Long.toString(quotaUs));
      files.put("cpu.shares", Long.toString(VERSION_1_SHARES));
    }
    return files;
  }
}
