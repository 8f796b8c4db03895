package io.sluice.server.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A root directory with the files of {@code /proc} and {@code /sys} that a test wants. */
final class CgroupFixture {
  static final long PID = 4711;

  static final String V1_MEMORY_STAT =
      """
      cache 5
      rss 6
      hierarchical_memory_limit 134217728
      total_cache 4000
      total_rss 3000
      total_shmem 70
      total_mapped_file 200
      """;

  static final String V2_MEMORY_STAT =
      """
      anon 3000
      file 4000
      kernel 900
      kernel_stack 100
      pagetables 200
      percpu 20
      sock 60
      shmem 70
      file_mapped 200
      slab 500
      """;

  private final Path root;

  CgroupFixture(final Path root) throws IOException {
    this.root = root;
    file("/proc/self/mountinfo", "25 1 0:23 / /proc rw,nosuid - proc proc rw\n");
  }

  Path root() {
    return root;
  }

  CgroupFixture file(final String path, final String content) throws IOException {
    final Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  CgroupFixture mounts(final String lines) throws IOException {
    return file("/proc/self/mountinfo", lines);
  }

  CgroupFixture membership(final String lines) throws IOException {
    return file("/proc/" + PID + "/cgroup", lines);
  }

  CgroupFixture v1Files(final String directory) throws IOException {
    return file(directory + "/memory.stat", V1_MEMORY_STAT)
        .file(directory + "/memory.usage_in_bytes", "8000\n")
        .file(directory + "/memory.max_usage_in_bytes", "9000\n")
        .file(directory + "/memory.kmem.usage_in_bytes", "900\n")
        .file(directory + "/memory.kmem.tcp.usage_in_bytes", "60\n");
  }

  CgroupFixture v2Files(final String directory, final String max) throws IOException {
    return file(directory + "/memory.stat", V2_MEMORY_STAT)
        .file(directory + "/memory.current", "8000\n")
        .file(directory + "/memory.peak", "9000\n")
        .file(directory + "/memory.max", max + "\n");
  }

  CgroupMemory locate() throws IOException {
    return CgroupMemory.locate(root, PID);
  }
}
