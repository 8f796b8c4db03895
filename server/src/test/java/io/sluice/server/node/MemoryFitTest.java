package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StartupException;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.node.MemoryTable.Kind;
import io.sluice.server.node.MemoryTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose cgroup is too small refuses to start, on both versions of cgroups. */
class MemoryFitTest {
  private static final long MIB = 1L << 20;

  /** 90 MiB, 10 more of sockets where they are charged, and 10 of files. */
  private static final MemoryTable TABLE =
      new MemoryTable(
          List.of(
              new Row("transfer buffers", 32 * MIB, Kind.FIXED),
              new Row("heap", 58 * MIB, Kind.HEAP),
              new Row("sockets", 10 * MIB, Kind.SOCKET),
              new Row("files", 10 * MIB, Kind.RECLAIMABLE)));

  @TempDir private Path root;

  private static Settings settings(String transferMemory, int loops) {
    return Settings.builder()
        .store(StoreChoice.containerd())
        .transferMemory(ByteSize.parse(transferMemory))
        .loops(loops)
        .maxConnections(1024)
        .build();
  }

  private void file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void version1(String limit) throws IOException {
    file(
        "proc/self/mountinfo",
        "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
            + "36 31 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
    file("proc/self/cgroup", "4:memory:/system.slice/sluice.service\n0::/\n");
    String cgroup = "sys/fs/cgroup/memory/system.slice/sluice.service/";
    file(cgroup + "memory.usage_in_bytes", "8000\n");
    file(cgroup + "memory.stat", "cache 5\nhierarchical_memory_limit " + limit + "\n");
  }

  private void version2(String limit, String limitAbove) throws IOException {
    file("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    file("proc/self/cgroup", "0::/pods/sluice\n");
    for (String cgroup : List.of("sys/fs/cgroup/pods/sluice/", "sys/fs/cgroup/pods/")) {
      file(cgroup + "memory.current", "8000\n");
      file(cgroup + "memory.stat", "anon 5\n");
    }
    file("sys/fs/cgroup/pods/sluice/memory.max", limit + "\n");
    file("sys/fs/cgroup/pods/memory.max", limitAbove + "\n");
  }

  private void assertStarts() {
    assertDoesNotThrow(() -> MemoryFit.require(settings("32MiB", 2), TABLE, root));
  }

  private void assertRefused(String sentence) {
    assertRefused(settings("32MiB", 2), sentence);
  }

  private void assertRefused(Settings settings, String sentence) {
    StartupException refused =
        assertThrows(
            StartupException.class, () -> MemoryFit.require(settings, TABLE, root), sentence);
    assertEquals(sentence, refused.getMessage());
  }

  @Test
  void version1DoesNotCountSockets() throws IOException {
    version1(Long.toString(90 * MIB));
    assertStarts();
    version1(Long.toString(90 * MIB - 1));
    assertRefused(
        "A node can take 90MiB of memory with these settings, and its cgroup is limited to 89MiB;"
            + " lower --transfer-memory to 32256KiB, or raise the limit to 90MiB (100MiB with room"
            + " for the runtime's files).");
    version1("9223372036854771712");
    assertStarts();
  }

  @Test
  void version2LooksAtLimitsAboveAndCountsSockets() throws IOException {
    version2(Long.toString(100 * MIB), "max");
    assertStarts();
    version2("max", Long.toString(99 * MIB));
    assertRefused(
        "A node can take 100MiB of memory with these settings, and its cgroup is limited to 99MiB;"
            + " lower --transfer-memory to 31MiB, or raise the limit to 100MiB (110MiB with room"
            + " for the runtime's files).");
    version2("max", "max");
    assertStarts();
  }

  @Test
  void whereLessTransferMemoryDoesNotDoTheLimitHasToRise() throws IOException {
    version2(Long.toString(70 * MIB), "max");
    assertRefused(
        "A node can take 100MiB of memory with these settings, and its cgroup is limited to 70MiB;"
            + " lower --transfer-memory to 2MiB, or raise the limit to 100MiB (110MiB with room"
            + " for the runtime's files).");
    version2(Long.toString(70 * MIB - 1), "max");
    assertRefused(
        "A node can take 100MiB of memory with these settings, and its cgroup is limited to 69MiB;"
            + " lower --transfer-memory to 2MiB and raise the limit to 70MiB, or raise the limit"
            + " to 100MiB (110MiB with room for the runtime's files).");
    assertRefused(
        settings("4MiB", 4),
        "A node can take 100MiB of memory with these settings, and its cgroup is limited to 69MiB;"
            + " lower --loops and --transfer-memory, or raise the limit to 100MiB (110MiB with room"
            + " for the runtime's files).");
    assertRefused(
        settings("1MiB", 1),
        "A node can take 100MiB of memory with these settings, and its cgroup is limited to 69MiB;"
            + " raise the limit to 100MiB (110MiB with room for the runtime's files).");
  }

  @Test
  void aCgroupThatCannotBeSeenIsNoLimit() throws IOException {
    assertStarts();
    file("proc/self/mountinfo", "25 1 0:23 / /proc rw,nosuid - proc proc rw\n");
    file("proc/self/cgroup", "0::/\n");
    assertStarts();
  }
}
