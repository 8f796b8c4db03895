package io.sluice.server.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One line of {@code /proc/self/mountinfo} that mounts a cgroup hierarchy (proc_pid_mountinfo(5)).
 *
 * @param hierarchyRoot the cgroup that is visible at the mount point, as this process's cgroup
 *     namespace names it
 * @param mountPoint where it is mounted
 * @param version2 whether it is the unified hierarchy
 * @param controllers of a v1 hierarchy
 */
record CgroupMount(
    String hierarchyRoot, String mountPoint, boolean version2, Set<String> controllers) {

  private static final int ROOT_FIELD = 3;
  private static final int MOUNT_POINT_FIELD = 4;
  private static final int FIRST_OPTIONAL_FIELD = 6;

  /**
   * Reads all cgroup mounts that this process sees.
   *
   * @param mountinfo {@code /proc/self/mountinfo}
   */
  static List<CgroupMount> readAll(final Path mountinfo) throws IOException {
    final List<CgroupMount> mounts = new ArrayList<>();
    for (final String line : Files.readAllLines(mountinfo)) {
      if (line.contains(" - cgroup")) {
        mounts.add(parse(line));
      }
    }
    return mounts;
  }

  /** Whether the memory controller may be on this hierarchy, given its version. */
  boolean hasMemory(final boolean wantVersion2) {
    return version2 == wantVersion2 && (version2 || controllers.contains("memory"));
  }

  /**
   * The directory that shows a cgroup.
   *
   * @param cgroup path of the cgroup as {@code /proc/<pid>/cgroup} names it
   * @return a path below the mount point, or null if this mount does not reach that cgroup
   */
  String directoryOf(final String cgroup) {
    // A path that climbs names a cgroup outside this process's namespace by a way we cannot walk.
    if (cgroup.startsWith("/..") || hierarchyRoot.startsWith("/..")) {
      return null;
    }
    final String root = hierarchyRoot.equals("/") ? "" : hierarchyRoot;
    if (cgroup.equals(root) || cgroup.equals("/") && root.isEmpty()) {
      return mountPoint;
    }
    return cgroup.startsWith(root + "/") ? mountPoint + cgroup.substring(root.length()) : null;
  }

  private static CgroupMount parse(final String line) {
    final String[] fields = line.split(" ");
    int separator = FIRST_OPTIONAL_FIELD;
    while (!fields[separator].equals("-")) {
      separator++;
    }
    return new CgroupMount(
        unescape(fields[ROOT_FIELD]),
        unescape(fields[MOUNT_POINT_FIELD]),
        fields[separator + 1].equals("cgroup2"),
        Set.of(fields[separator + 3].split(",")));
  }

  /** The kernel writes blank, tab, newline and backslash as three octal digits. */
  private static String unescape(final String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
