package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CPU cgroup with a quota, version 1 or 2 (kernel documentation, scheduler/sched-bwc.rst and
 * cgroup-v2.rst). Needs root.
 */
final class CpuCgroup implements AutoCloseable {
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");
  private static final int PERIOD_US = 100_000;
  private static final long REMOVE_TIMEOUT_MS = 10_000;

  private final Path directory;
  private final boolean unified;

  private CpuCgroup(Path directory, boolean unified) {
    this.directory = directory;
    this.unified = unified;
  }

  /** A new group that may use so many CPUs; 0.5 is half of one. */
  static CpuCgroup of(double cpus) {
    boolean unified = Files.exists(MOUNT.resolve("cgroup.controllers"));
    Path parent = unified ? MOUNT : MOUNT.resolve("cpu");
    try {
      if (unified) {
        handDown(parent.resolve("cgroup.subtree_control"));
      } else {
        Requirement.require(
            Files.exists(parent.resolve("cpu.cfs_quota_us")),
            "no CPU controller can be used below " + parent);
      }
      Path directory = Files.createTempDirectory(parent, "sluice-cpu-");
      CpuCgroup group = new CpuCgroup(directory, unified);
      group.limit(cpus);
      return group;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a CPU cgroup below " + parent, e);
    }
  }

  /** From now on it may use so many CPUs. */
  void limit(double cpus) {
    int quotaUs = (int) (cpus * PERIOD_US);
    try {
      if (unified) {
        Files.writeString(directory.resolve("cpu.max"), quotaUs + " " + PERIOD_US);
      } else {
        Files.writeString(directory.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_US));
        Files.writeString(directory.resolve("cpu.cfs_quota_us"), Integer.toString(quotaUs));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set a quota in " + directory, e);
    }
  }

  /** Children have the CPU controller only when their parent hands it down. */
  private static void handDown(Path control) throws IOException {
    if (!List.of(Files.readString(control).strip().split(" ")).contains("cpu")) {
      Files.writeString(control, "+cpu");
    }
  }

  /** The words that run {@code command} within the quota. */
  List<String> enter(List<String> command) {
    String script = "echo $$ > \"$0\" && exec \"$@\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script));
    words.add(directory.resolve("cgroup.procs").toString());
    words.addAll(command);
    return words;
  }

  /** Removes the group; its processes must have ended. */
  @Override
  public void close() {
    long deadlineNs = System.nanoTime() + REMOVE_TIMEOUT_MS * 1_000_000;
    while (!directory.toFile().delete() && Files.exists(directory)) {
      if (System.nanoTime() > deadlineNs) {
        throw new IllegalStateException(directory + " still has processes");
      }
      Patience.pause();
    }
  }
}
