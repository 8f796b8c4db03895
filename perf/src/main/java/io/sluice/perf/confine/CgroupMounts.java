package io.sluice.perf.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the control group hierarchies are mounted, and which version has the memory controller.
 *
 * <p>Read from {@code /proc/self/mounts}, fstab(5) format. On a hybrid system the unified hierarchy
 * is mounted too but has no memory controller: version 1 wins where it has one.
 */
public final class CgroupMounts {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final Set<String> CONTROLLERS = Set.of("memory", "cpuacct", "cpu");

  private final Map<String, Path> directories;
  private final boolean unified;

  private CgroupMounts(Map<String, Path> directories, boolean unified) {
    this.directories = directories;
    this.unified = unified;
  }

  /**
   * The hierarchies of the running system.
   *
   * @return where they are
   * @throws IOException when there is no memory controller; the sentence says what helps
   */
  public static CgroupMounts find() throws IOException {
    return parse(Files.readAllLines(MOUNTS));
  }

  /**
   * The hierarchies in a list of mounts.
   *
   * @param mounts lines of {@code /proc/self/mounts}
   * @return where they are
   * @throws IOException when neither version is mounted
   */
  static CgroupMounts parse(List<String> mounts) throws IOException {
    Map<String, Path> version1 = new HashMap<>();
    Path version2 = null;
    for (String line : mounts) {
      String[] words = line.split(" ");
      if (words.length < 4) {
        continue;
      }
      if (words[2].equals("cgroup2") && version2 == null) {
        version2 = Path.of(words[1]);
      } else if (words[2].equals("cgroup")) {
        for (String option : words[3].split(",")) {
          if (CONTROLLERS.contains(option)) {
            version1.putIfAbsent(option, Path.of(words[1]));
          }
        }
      }
    }
    if (version1.containsKey("memory")) {
      return new CgroupMounts(version1, false);
    }
    if (version2 == null) {
      throw new IOException(
          "no control group hierarchy with memory is mounted: mount one"
              + " (mount -t cgroup2 none /sys/fs/cgroup) to measure memory");
    }
    return new CgroupMounts(Map.of("memory", version2), true);
  }

  /**
   * Whether version 2 is in charge of memory.
   *
   * @return true for version 2
   */
  public boolean unified() {
    return unified;
  }

  /**
   * The root directory of a controller's hierarchy.
   *
   * @param controller such as {@code memory}
   * @return its directory, or empty where it is not mounted
   */
  public Optional<Path> directory(String controller) {
    return Optional.ofNullable(directories.get(controller));
  }

  @Override
  public String toString() {
    return unified ? "version 2" : "version 1";
  }
}
