package io.sluice.server.metrics;

import static io.sluice.server.metrics.CgroupUsage.NO_LIMIT;
import static io.sluice.server.metrics.CgroupUsage.UNKNOWN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory cgroup that a process is charged to, v1 or v2, found once and read as often as wanted.
 *
 * <p>The cgroup's name comes from {@code /proc/<pid>/cgroup}, its directory from {@code
 * /proc/self/mountinfo}; the kernel names both as seen from the reader's cgroup namespace
 * (cgroups(7), cgroup_namespaces(7)). On a hybrid host the hierarchy that has the memory controller
 * counts. A process that moves to another cgroup later is not followed. Any thread may call.
 */
public final class CgroupMemory {
  /** Limits of v1 from here on mean none: the kernel rounds its maximum down to whole pages. */
  private static final long V1_NO_LIMIT_FROM_BYTES = Long.MAX_VALUE - 65_536;

  private static final String V2_TOTAL = "memory.current";
  private static final String V1_TOTAL = "memory.usage_in_bytes";

  private final boolean version2;
  private final Path directory;
  private final Path mountPoint;

  private CgroupMemory(final boolean version2, final Path directory, final Path mountPoint) {
    this.version2 = version2;
    this.directory = directory;
    this.mountPoint = mountPoint;
  }

  /**
   * Finds the memory cgroup of this process.
   *
   * @throws IOException with a sentence that says what is missing, where none can be seen
   */
  public static CgroupMemory ofSelf() throws IOException {
    return ofSelf(Path.of("/"));
  }

  /**
   * Finds the memory cgroup of this process where {@code /proc} and {@code /sys} are elsewhere.
   *
   * @param root stands for {@code /}
   * @throws IOException with a sentence that says what is missing, where none can be seen
   */
  public static CgroupMemory ofSelf(final Path root) throws IOException {
    return locate(root, "self", ProcessHandle.current().pid());
  }

  /**
   * Finds the memory cgroup of another process.
   *
   * @param pid process id as this process's namespace numbers it
   * @throws IOException with a sentence that says what is missing, where none can be seen
   */
  public static CgroupMemory ofProcess(final long pid) throws IOException {
    return locate(Path.of("/"), pid);
  }

  /**
   * Finds a process's memory cgroup below another root directory.
   *
   * @param root stands for {@code /}
   * @param pid a process id with a directory below {@code proc}
   */
  static CgroupMemory locate(final Path root, final long pid) throws IOException {
    return locate(root, Long.toString(pid), pid);
  }

  private static CgroupMemory locate(final Path root, final String process, final long pid)
      throws IOException {
    final List<String> memberships = memberships(root, process, pid);
    final String v1 = membership(memberships, false);
    final boolean version2 = v1 == null;
    final String cgroup = version2 ? membership(memberships, true) : v1;
    if (cgroup == null) {
      throw new IOException(
          "Process "
              + pid
              + " is in no memory cgroup: start the kernel without cgroup_disable=memory.");
    }
    for (final CgroupMount mount : CgroupMount.readAll(root.resolve("proc/self/mountinfo"))) {
      if (mount.hasMemory(version2)) {
        final Path mountPoint = below(root, mount.mountPoint());
        final String named = mount.directoryOf(cgroup);
        final Path directory =
            named == null
                ? orNullUnlessListed(mountPoint, pid)
                : charged(below(root, named), mountPoint, version2);
        if (directory != null) {
          return new CgroupMemory(version2, directory, mountPoint);
        }
      }
    }
    throw new IOException(
        "The memory cgroup "
            + cgroup
            + " of process "
            + pid
            + " is not visible here: mount the cgroup file system at /sys/fs/cgroup.");
  }

  /**
   * Whether the memory controller is on the unified hierarchy.
   *
   * @return false for v1
   */
  public boolean isVersion2() {
    return version2;
  }

  /**
   * Where the charge is read.
   *
   * @return the directory of the cgroup
   */
  public Path directory() {
    return directory;
  }

  /**
   * Reads the present charge: a handful of small files of the kernel, no cost to speak of.
   *
   * @throws IOException if the cgroup was removed or may not be read
   */
  public CgroupUsage read() throws IOException {
    final Map<String, Long> stat = readStat(directory.resolve("memory.stat"));
    return version2 ? readV2(stat) : readV1(stat);
  }

  /**
   * Reads the limit alone.
   *
   * @return the lowest of the cgroup and those above it, {@link CgroupUsage#NO_LIMIT} without one
   * @throws IOException if the cgroup was removed or may not be read
   */
  public long limitBytes() throws IOException {
    return version2 ? v2Limit() : v1Limit(readStat(directory.resolve("memory.stat")));
  }

  private CgroupUsage readV2(final Map<String, Long> stat) throws IOException {
    return new CgroupUsage(
        readValue(directory.resolve(V2_TOTAL)),
        readValue(directory.resolve("memory.peak")),
        v2Limit(),
        stat.getOrDefault("anon", UNKNOWN),
        stat.getOrDefault("file", UNKNOWN),
        stat.getOrDefault("file_mapped", UNKNOWN),
        stat.getOrDefault("shmem", UNKNOWN),
        v2Kernel(stat),
        stat.getOrDefault("sock", UNKNOWN));
  }

  private CgroupUsage readV1(final Map<String, Long> stat) throws IOException {
    return new CgroupUsage(
        readValue(directory.resolve(V1_TOTAL)),
        readValue(directory.resolve("memory.max_usage_in_bytes")),
        v1Limit(stat),
        stat.getOrDefault("total_rss", UNKNOWN),
        stat.getOrDefault("total_cache", UNKNOWN),
        stat.getOrDefault("total_mapped_file", UNKNOWN),
        stat.getOrDefault("total_shmem", UNKNOWN),
        readValue(directory.resolve("memory.kmem.usage_in_bytes")),
        readValue(directory.resolve("memory.kmem.tcp.usage_in_bytes")));
  }

  /** The sum is in the file from Linux 5.18; before that, of its parts as far as they are there. */
  private static long v2Kernel(final Map<String, Long> stat) {
    if (stat.containsKey("kernel")) {
      return stat.get("kernel");
    }
    if (!stat.containsKey("kernel_stack")) {
      return UNKNOWN;
    }
    return stat.get("kernel_stack")
        + stat.getOrDefault("pagetables", 0L)
        + stat.getOrDefault("percpu", 0L)
        + stat.getOrDefault("slab", 0L);
  }

  /** The kernel takes the limits of the cgroups above into account. */
  private static long v1Limit(final Map<String, Long> stat) {
    final long limit = stat.getOrDefault("hierarchical_memory_limit", NO_LIMIT);
    return limit >= V1_NO_LIMIT_FROM_BYTES ? NO_LIMIT : limit;
  }

  private long v2Limit() throws IOException {
    long limit = NO_LIMIT;
    Path cgroup = directory;
    while (cgroup.startsWith(mountPoint)) {
      final long own = readValue(cgroup.resolve("memory.max"));
      if (own != UNKNOWN) {
        limit = Math.min(limit, own);
      }
      cgroup = cgroup.getParent();
    }
    return limit;
  }

  private static List<String> memberships(final Path root, final String process, final long pid)
      throws IOException {
    try {
      return Files.readAllLines(root.resolve("proc").resolve(process).resolve("cgroup"));
    } catch (NoSuchFileException e) {
      throw new IOException("Process " + pid + " does not exist or is hidden from this user.", e);
    }
  }

  /** The path in the line {@code id:controllers:path}; the unified hierarchy's id is 0. */
  private static String membership(final List<String> lines, final boolean version2) {
    for (final String line : lines) {
      final String[] fields = line.split(":", 3);
      final boolean matches =
          version2
              ? fields[0].equals("0") && fields[1].isEmpty()
              : List.of(fields[1].split(",")).contains("memory");
      if (matches) {
        return fields[2];
      }
    }
    return null;
  }

  /**
   * The cgroup that pays for another one: itself on v1; on v2, without the memory controller, the
   * nearest one above that has it.
   */
  private static Path charged(final Path cgroup, final Path mountPoint, final boolean version2) {
    if (!version2) {
      return Files.exists(cgroup.resolve(V1_TOTAL)) ? cgroup : null;
    }
    if (!Files.isDirectory(cgroup)) {
      return null;
    }
    Path candidate = cgroup;
    while (!candidate.equals(mountPoint) && !Files.exists(candidate.resolve(V2_TOTAL))) {
      candidate = candidate.getParent();
    }
    // The root cgroup of v2 has no total, only the split.
    return Files.exists(candidate.resolve("memory.stat")) ? candidate : null;
  }

  /**
   * A container inside a container may see its own cgroup mounted under a name that does not match;
   * the list of processes settles it.
   */
  private static Path orNullUnlessListed(final Path mountPoint, final long pid) throws IOException {
    final Path processes = mountPoint.resolve("cgroup.procs");
    return Files.exists(processes) && Files.readAllLines(processes).contains(Long.toString(pid))
        ? mountPoint
        : null;
  }

  private static Path below(final Path root, final String absolute) {
    return root.resolve(absolute.substring(1));
  }

  private static Map<String, Long> readStat(final Path file) throws IOException {
    final Map<String, Long> values = new HashMap<>();
    for (final String line : Files.readAllLines(file)) {
      final int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(0, blank), parse(line.substring(blank + 1)));
      }
    }
    return values;
  }

  private static long readValue(final Path file) throws IOException {
    try {
      return parse(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return UNKNOWN;
    }
  }

  private static long parse(final String number) {
    return number.equals("max") ? NO_LIMIT : Long.parseUnsignedLong(number) & Long.MAX_VALUE;
  }
}
