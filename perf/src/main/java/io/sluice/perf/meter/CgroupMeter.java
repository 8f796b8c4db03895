package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads what a memory control group is charged with.
 *
 * <p>Version 1: {@code Documentation/admin-guide/cgroup-v1/memory.rst}; version 2: {@code
 * Documentation/admin-guide/cgroup-v2.rst}, section "Memory". Any thread may read.
 */
public final class CgroupMeter {
  private final Path directory;
  private final boolean unified;

  /**
   * A meter of one group.
   *
   * @param directory the group's directory in the memory hierarchy
   * @param unified true for version 2, false for version 1
   */
  public CgroupMeter(Path directory, boolean unified) {
    this.directory = directory;
    this.unified = unified;
  }

  /**
   * The charge now.
   *
   * @return the charge
   * @throws IOException when the group is gone or cannot be read
   */
  public MemoryCharge read() throws IOException {
    return unified ? readUnified() : readVersion1();
  }

  private MemoryCharge readUnified() throws IOException {
    Map<String, Long> stat = KeyedFile.read(directory.resolve("memory.stat"));
    Map<String, Long> events = KeyedFile.read(directory.resolve("memory.events"));
    long total = KeyedFile.number(directory.resolve("memory.current"));
    return new MemoryCharge(
        total,
        Math.max(total, KeyedFile.numberOr(directory.resolve("memory.peak"), total)),
        stat.getOrDefault("anon", 0L),
        stat.getOrDefault("file", 0L),
        unifiedKernelBytes(stat),
        stat.getOrDefault("sock", 0L),
        events.getOrDefault("oom_kill", 0L));
  }

  /** Linux 5.18 brought the sum {@code kernel}; before that its parts have to be added. */
  private static long unifiedKernelBytes(Map<String, Long> stat) {
    Long sum = stat.get("kernel");
    if (sum != null) {
      return sum;
    }
    return stat.getOrDefault("slab", 0L)
        + stat.getOrDefault("kernel_stack", 0L)
        + stat.getOrDefault("pagetables", 0L)
        + stat.getOrDefault("percpu", 0L);
  }

  private MemoryCharge readVersion1() throws IOException {
    Map<String, Long> stat = KeyedFile.read(directory.resolve("memory.stat"));
    Map<String, Long> oom = KeyedFile.read(directory.resolve("memory.oom_control"));
    long total = KeyedFile.number(directory.resolve("memory.usage_in_bytes"));
    return new MemoryCharge(
        total,
        Math.max(total, KeyedFile.number(directory.resolve("memory.max_usage_in_bytes"))),
        stat.getOrDefault("total_rss", 0L),
        stat.getOrDefault("total_cache", 0L),
        KeyedFile.numberOr(directory.resolve("memory.kmem.usage_in_bytes"), 0),
        KeyedFile.numberOr(directory.resolve("memory.kmem.tcp.usage_in_bytes"), 0),
        oom.getOrDefault("oom_kill", 0L));
  }
}
