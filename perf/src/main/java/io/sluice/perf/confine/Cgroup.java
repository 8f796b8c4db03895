package io.sluice.perf.confine;

import io.sluice.perf.meter.CgroupMeter;
import io.sluice.perf.meter.CpuMeter;
import io.sluice.perf.meter.DeviceMeter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fresh control group for one contender: memory with an optional limit, CPU time with an optional
 * quota, and device reads. Version 1 and 2 ({@code Documentation/admin-guide/cgroup-v1/}, {@code
 * cgroup-v2.rst}).
 *
 * <p>Not safe for use by several threads, except {@link #close()}, which the shutdown hook calls.
 */
public final class Cgroup implements AutoCloseable {
  /** How often a group that still has processes is tried again before it is left alone. */
  private static final int REMOVE_ATTEMPTS = 100;

  private static final long REMOVE_PAUSE_MS = 50;
  private static final List<String> ACCOUNTING = List.of("memory", "cpuacct");

  private final Map<String, Path> directories;
  private final boolean unified;
  private final Cleanup.Kept<List<Path>> made;

  private Cgroup(Map<String, Path> directories, boolean unified, Cleanup cleanup)
      throws IOException {
    this.directories = directories;
    this.unified = unified;
    this.made = cleanup.keep(this::make, this::remove);
  }

  /**
   * Makes a group without a limit.
   *
   * @param mounts where the hierarchies are
   * @param name the last part of its directory; must not exist yet
   * @param cleanup removes the group when the run is interrupted
   * @return the group, empty
   * @throws IOException when the kernel refuses; the sentence says why and what helps
   */
  public static Cgroup create(CgroupMounts mounts, String name, Cleanup cleanup)
      throws IOException {
    return create(mounts, name, Optional.empty(), cleanup);
  }

  /**
   * Makes a group without a limit of memory.
   *
   * <p>Only a group with a quota is in the hierarchy of the cpu controller. In it a group competes
   * for the CPU as one, however many threads it has, with each thread of the clients; without a
   * quota its threads compete one by one, as on a machine without groups.
   *
   * @param mounts where the hierarchies are
   * @param name the last part of its directory; must not exist yet
   * @param quota the CPU time that it may use; empty for all there is
   * @param cleanup removes the group when the run is interrupted
   * @return the group, empty
   * @throws IOException when the kernel refuses; the sentence says why and what helps
   */
  public static Cgroup create(
      CgroupMounts mounts, String name, Optional<CpuQuota> quota, Cleanup cleanup)
      throws IOException {
    Map<String, Path> directories =
        mounts.unified()
            ? Map.of("memory", unifiedRoot(mounts, quota.isPresent()).resolve(name))
            : version1(mounts, name, quota.isPresent());
    Cgroup group = new Cgroup(directories, mounts.unified(), cleanup);
    if (quota.isPresent()) {
      try {
        group.limit(quota.get());
      } catch (IOException e) {
        group.close();
        throw new IOException("cannot set a quota of CPU time (" + e + "): omit --cpus", e);
      }
    }
    return group;
  }

  private static Path unifiedRoot(CgroupMounts mounts, boolean cpu) throws IOException {
    Path root = mounts.directory("memory").orElseThrow();
    delegate(root, "memory", true);
    // Without io the device's own counter is used: see DeviceMeter.
    delegate(root, "io", false);
    if (cpu) {
      delegate(root, "cpu", true);
    }
    return root;
  }

  private static Map<String, Path> version1(CgroupMounts mounts, String name, boolean cpu)
      throws IOException {
    List<String> controllers = new ArrayList<>(ACCOUNTING);
    if (cpu) {
      if (mounts.directory("cpu").isEmpty()) {
        throw new IOException("no cpu control groups are mounted: mount them, or omit --cpus");
      }
      controllers.add("cpu");
    }
    Map<String, Path> directories = new LinkedHashMap<>();
    for (String controller : controllers) {
      mounts
          .directory(controller)
          .ifPresent(root -> directories.put(controller, root.resolve(name)));
    }
    return directories;
  }

  private List<Path> make() throws IOException {
    List<Path> done = new ArrayList<>();
    for (Path directory : distinctDirectories()) {
      try {
        Files.createDirectory(directory);
      } catch (IOException e) {
        tryRemove(done);
        throw new IOException("cannot make control group " + directory + ": run as root", e);
      }
      done.add(directory);
    }
    return done;
  }

  /** Children have a controller only when their parent hands it down. */
  private static void delegate(Path root, String controller, boolean needed) throws IOException {
    Path control = root.resolve("cgroup.subtree_control");
    if (List.of(Files.readString(control).trim().split(" ")).contains(controller)) {
      return;
    }
    try {
      Files.writeString(control, "+" + controller);
    } catch (IOException e) {
      if (needed) {
        throw new IOException(
            "cannot hand the "
                + controller
                + " controller down in "
                + root
                + " ("
                + e.getMessage()
                + "): run as root outside of a container",
            e);
      }
    }
  }

  private void limit(CpuQuota quota) throws IOException {
    Path directory = unified ? memoryDirectory() : directories.get("cpu");
    for (Map.Entry<String, String> file : quota.files(unified).entrySet()) {
      write(directory.resolve(file.getKey()), file.getValue());
    }
  }

  /**
   * Limits memory and swap together, so that reaching the limit cannot be evaded by swapping.
   *
   * @param limitBytes the most that may be charged
   * @throws IOException when the kernel refuses
   */
  public void limitMemory(long limitBytes) throws IOException {
    Path directory = memoryDirectory();
    if (unified) {
      write(directory.resolve("memory.max"), limitBytes);
      writeIfPresent(directory.resolve("memory.swap.max"), 0);
    } else {
      write(directory.resolve("memory.limit_in_bytes"), limitBytes);
      writeIfPresent(directory.resolve("memory.memsw.limit_in_bytes"), limitBytes);
    }
  }

  private static void write(Path file, long value) throws IOException {
    write(file, Long.toString(value));
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardOpenOption.WRITE);
  }

  private static void writeIfPresent(Path file, long value) throws IOException {
    if (Files.exists(file)) {
      write(file, value);
    }
  }

  /**
   * The files to write a process id to, so that the process is in the group with all controllers.
   *
   * @return one {@code cgroup.procs} for each hierarchy
   */
  public List<Path> processFiles() {
    return distinctDirectories().stream().map(d -> d.resolve("cgroup.procs")).toList();
  }

  /**
   * The processes in the group.
   *
   * @return their ids; empty when the group is gone
   */
  public List<Long> processes() {
    List<Long> ids = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(memoryDirectory().resolve("cgroup.procs"))) {
        ids.add(Long.parseLong(line.trim()));
      }
    } catch (IOException gone) {
      return List.of();
    }
    return ids;
  }

  /**
   * A meter of what is charged.
   *
   * @return the meter
   */
  public CgroupMeter memory() {
    return new CgroupMeter(memoryDirectory(), unified);
  }

  /**
   * A meter of CPU time.
   *
   * @return the meter
   * @throws IOException when no hierarchy accounts for CPU time
   */
  public CpuMeter cpu() throws IOException {
    Path directory = unified ? memoryDirectory() : directories.get("cpuacct");
    if (directory == null) {
      throw new IOException("no cpuacct control groups are mounted: CPU time cannot be measured");
    }
    return new CpuMeter(directory);
  }

  /**
   * CPU time of this group and of all others that this process has made and not removed yet.
   *
   * @return nanoseconds
   * @throws IOException when no hierarchy accounts for CPU time
   */
  public long familyCpuNs() throws IOException {
    Path own = unified ? memoryDirectory() : directories.get("cpuacct");
    String name = memoryDirectory().getFileName().toString();
    String family = name.substring(0, name.lastIndexOf('-') + 1) + "*";
    long sumNs = 0;
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(own.getParent(), family)) {
      for (Path group : groups) {
        sumNs += new CpuMeter(group).usedNs();
      }
    }
    return sumNs;
  }

  /**
   * A meter of bytes read from a device, by this group only where the kernel counts that.
   *
   * @param device {@code major:minor}
   * @return the meter
   */
  public DeviceMeter device(String device) {
    Optional<DeviceMeter> own =
        unified ? DeviceMeter.ofGroup(memoryDirectory(), device) : Optional.empty();
    return own.orElseGet(() -> DeviceMeter.ofDevice(DeviceMeter.DISKSTATS, device));
  }

  private Path memoryDirectory() {
    return directories.get("memory");
  }

  private List<Path> distinctDirectories() {
    return directories.values().stream().distinct().toList();
  }

  /** Kills what is left in the group and removes it. Calling it again does nothing. */
  @Override
  public void close() {
    made.close();
  }

  private void remove(List<Path> made) throws IOException, InterruptedException {
    for (int attempt = 1; attempt <= REMOVE_ATTEMPTS; attempt++) {
      processes().forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
      if (tryRemove(made)) {
        return;
      }
      Thread.sleep(REMOVE_PAUSE_MS);
    }
    throw new IOException("it stays busy, its processes are " + processes());
  }

  /** A group can be removed once the kernel has reaped its last process: EBUSY until then. */
  private static boolean tryRemove(List<Path> made) {
    boolean removed = true;
    for (Path directory : made) {
      try {
        Files.deleteIfExists(directory);
      } catch (IOException busy) {
        removed = false;
      }
    }
    return removed;
  }
}
