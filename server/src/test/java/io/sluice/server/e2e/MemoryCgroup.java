package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A memory cgroup for one node, version 1 or 2 (kernel documentation, cgroup-v1/memory.rst and
 * cgroup-v2.rst). Needs root; {@link #create()} states it as a {@link Requirement}.
 */
final class MemoryCgroup implements AutoCloseable {
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");
  private static final long REMOVE_TIMEOUT_MS = 10_000;

  /**
   * What is charged to the group right now.
   *
   * @param anonymousBytes heap, stacks and anonymous mappings
   * @param fileBytes page cache, without shared memory
   * @param totalBytes everything
   */
  record Charge(long anonymousBytes, long fileBytes, long totalBytes) {}

  private final Path directory;
  private final boolean unified;
  private final Thread hook = new Thread(this::remove);

  private MemoryCgroup(Path directory, boolean unified) {
    this.directory = directory;
    this.unified = unified;
  }

  /** A new, empty group directly below the hierarchy's root. */
  static MemoryCgroup create() {
    boolean unified = Files.exists(MOUNT.resolve("cgroup.controllers"));
    Path parent = unified ? MOUNT : MOUNT.resolve("memory");
    try {
      Requirement.require(
          unified ? delegatesMemory(parent) : Files.exists(parent.resolve("memory.stat")),
          "no memory controller can be used below " + parent);
      Path directory = Files.createTempDirectory(parent, "sluice-e2e-");
      MemoryCgroup group = new MemoryCgroup(directory, unified);
      Runtime.getRuntime().addShutdownHook(group.hook);
      return group;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a memory cgroup below " + parent, e);
    }
  }

  /** Children have the memory controller only when their parent hands it down. */
  private static boolean delegatesMemory(Path parent) throws IOException {
    Path control = parent.resolve("cgroup.subtree_control");
    if (Files.readString(control).contains("memory")) {
      return true;
    }
    try {
      Files.writeString(control, "+memory");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Limits what may be charged. */
  void limit(long bytes) {
    try {
      Files.writeString(
          directory.resolve(unified ? "memory.max" : "memory.limit_in_bytes"),
          Long.toString(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot limit " + directory, e);
    }
  }

  /** The words that run {@code command} with every page of it, from exec on, charged here. */
  List<String> enter(List<String> command) {
    String script = "echo $$ > \"$0\" && exec \"$@\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script));
    words.add(directory.resolve("cgroup.procs").toString());
    words.addAll(command);
    return words;
  }

  /** What is charged now. Version 1 does not count socket buffers. */
  Charge charge() {
    Map<String, Long> stat = new HashMap<>();
    try {
      for (String line : Files.readAllLines(directory.resolve("memory.stat"))) {
        String[] pair = line.split(" ");
        stat.put(pair[0], Long.parseLong(pair[1]));
      }
      Path total = directory.resolve(unified ? "memory.current" : "memory.usage_in_bytes");
      return new Charge(
          stat.get(unified ? "anon" : "rss"),
          stat.get(unified ? "file" : "cache") - stat.get("shmem"),
          Long.parseLong(Files.readString(total).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory, e);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    remove();
  }

  /** A group can be removed only after its last process has been reaped. */
  private void remove() {
    long deadlineNs = System.nanoTime() + REMOVE_TIMEOUT_MS * 1_000_000;
    while (!directory.toFile().delete() && Files.exists(directory)) {
      if (System.nanoTime() > deadlineNs) {
        throw new IllegalStateException(directory + " still has processes");
      }
      Patience.pause();
    }
  }
}
