package io.sluice.perf.confine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
  @Test
  void aHybridSystemIsMeasuredWithVersion1() throws IOException {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of(
                "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0",
                "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0",
                "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0"));
    assertFalse(mounts.unified());
    assertEquals(Path.of("/sys/fs/cgroup/memory"), mounts.directory("memory").orElseThrow());
    assertEquals(Path.of("/sys/fs/cgroup/cpu,cpuacct"), mounts.directory("cpuacct").orElseThrow());
  }

  @Test
  void aSystemWithoutVersion1IsMeasuredWithVersion2() throws IOException {
    CgroupMounts mounts =
        CgroupMounts.parse(List.of("cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0"));
    assertTrue(mounts.unified());
    assertEquals(Path.of("/sys/fs/cgroup"), mounts.directory("memory").orElseThrow());
  }

  @Test
  void aSystemWithNeitherIsRefusedWithTheRemedy() {
    IOException refused =
        assertThrows(
            IOException.class, () -> CgroupMounts.parse(List.of("proc /proc proc rw 0 0")));
    assertTrue(refused.getMessage().contains("mount -t cgroup2"));
  }
}
