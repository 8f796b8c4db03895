package io.sluice.server.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory limit of this process's cgroup, at the place where every distribution and container
 * runtime mounts it. The whole of a cgroup's memory is another matter and read elsewhere; the limit
 * is one file in each directory.
 */
final class CgroupLimit {
  private static final String MOUNT = "sys/fs/cgroup";

  private CgroupLimit() {}

  /** Whether memory is governed by cgroup v2. */
  static boolean isVersion2(Path root) {
    Path controllers = root.resolve(MOUNT).resolve("cgroup.controllers");
    return Files.exists(controllers);
  }

  /**
   * The least limit of the cgroup and of those above it.
   *
   * @param root where {@code proc} and {@code sys} are
   * @return {@link Machine#UNLIMITED} if there is none, or none can be seen
   */
  static long leastBytes(Path root) {
    boolean version2 = isVersion2(root);
    Path mount = root.resolve(version2 ? MOUNT : MOUNT + "/memory");
    String file = version2 ? "memory.max" : "memory.limit_in_bytes";
    long least = limitIn(mount.resolve(file));
    // In a container the path may be that of the host, of which the mount shows the end only.
    Path directory = mount;
    for (String part : pathOf(root, version2).split("/")) {
      if (!part.isEmpty() && !part.equals("..") && Files.isDirectory(directory.resolve(part))) {
        directory = directory.resolve(part);
        least = Math.min(least, limitIn(directory.resolve(file)));
      }
    }
    return least;
  }

  /** The process's cgroup, as {@code /proc/self/cgroup} names it (cgroups(7)). */
  private static String pathOf(Path root, boolean version2) {
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3
          && (version2
              ? fields[0].equals("0")
              : List.of(fields[1].split(",")).contains("memory"))) {
        return fields[2];
      }
    }
    return "/";
  }

  private static long limitIn(Path file) {
    for (String line : lines(file)) {
      try {
        long bytes = Long.parseLong(line.strip());
        // v1 writes "no limit" as the largest number of whole pages.
        return bytes > Long.MAX_VALUE >> 1 ? Machine.UNLIMITED : bytes;
      } catch (NumberFormatException e) {
        // v2 writes it as "max".
        return Machine.UNLIMITED;
      }
    }
    return Machine.UNLIMITED;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
