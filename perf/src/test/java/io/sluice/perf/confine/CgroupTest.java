package io.sluice.perf.confine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of the running kernel; needs root. */
@Tag("root")
class CgroupTest {
  private static final String NAME = "sluice-test-" + ProcessHandle.current().pid();

  @TempDir private Path directory;

  @Test
  void aQuotaOfCpuTimeIsKept() throws Exception {
    try (Cleanup cleanup = new Cleanup();
        Cgroup group =
            Cgroup.create(CgroupMounts.find(), NAME, Optional.of(new CpuQuota(0.2)), cleanup)) {
      List<String> busy = List.of("/bin/sh", "-c", "while :; do :; done");
      Path log = directory.resolve("log");
      try (ConfinedProcess process = ConfinedProcess.start(group, busy, Map.of(), log, cleanup)) {
        long startNs = System.nanoTime();
        Thread.sleep(1_000);
        assertTrue(process.running());
        double used = group.cpu().usedNs() / (double) (System.nanoTime() - startNs);
        assertTrue(used < 0.35, used + " CPUs");
      }
    }
  }

  @Test
  void whatIsLeftInAGroupIsKilledAndTheGroupRemoved() throws Exception {
    CgroupMounts mounts = CgroupMounts.find();
    List<Path> files;
    try (Cleanup cleanup = new Cleanup()) {
      Cgroup group = Cgroup.create(mounts, NAME, cleanup);
      // The child has a child, which nobody but the group knows.
      List<String> command = List.of("/bin/sh", "-c", "sleep 1000 & exit 0");
      ConfinedProcess process =
          ConfinedProcess.start(group, command, Map.of(), directory.resolve("log"), cleanup);
      assertEquals(0, process.await(10_000));
      assertEquals(1, group.processes().size());
      files = group.processFiles();
    }
    for (Path file : files) {
      assertFalse(Files.exists(file.getParent()), file.toString());
    }
  }

  @Test
  void aRefusalSaysWhatHelps() throws IOException {
    CgroupMounts mounts = CgroupMounts.parse(List.of("cgroup /proc cgroup rw,memory 0 0"));
    try (Cleanup cleanup = new Cleanup()) {
      IOException refused =
          assertThrows(IOException.class, () -> Cgroup.create(mounts, NAME, cleanup));
      assertTrue(refused.getMessage().endsWith("run as root"), refused.getMessage());
      refused =
          assertThrows(
              IOException.class,
              () -> Cgroup.create(mounts, NAME, Optional.of(new CpuQuota(1)), cleanup));
      assertTrue(refused.getMessage().contains("omit --cpus"), refused.getMessage());
    }
  }
}
