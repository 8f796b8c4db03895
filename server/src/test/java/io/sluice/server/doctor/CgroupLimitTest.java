package io.sluice.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupLimitTest {
  @TempDir private Path root;

  private void file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void version2TakesTheLeastLimitFromTheProcessUp() throws IOException {
    file("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    file("proc/self/cgroup", "0::/pods/pod1/sluice\n");
    file("sys/fs/cgroup/pods/memory.max", "max\n");
    file("sys/fs/cgroup/pods/pod1/memory.max", "134217728\n");
    file("sys/fs/cgroup/pods/pod1/sluice/memory.max", "268435456\n");
    assertTrue(CgroupLimit.isVersion2(root));
    assertEquals(134_217_728, CgroupLimit.leastBytes(root));
  }

  @Test
  void version1HasAHierarchyOfItsOwn() throws IOException {
    file("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/a/b\n0::/\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "134217728\n");
    assertFalse(CgroupLimit.isVersion2(root));
    assertEquals(134_217_728, CgroupLimit.leastBytes(root));
  }

  @Test
  void aContainerSeesItsOwnCgroupAtTheTop() throws IOException {
    file("proc/self/cgroup", "4:memory:/kubepods/pod1/0123\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "134217728\n");
    assertEquals(134_217_728, CgroupLimit.leastBytes(root));
  }

  @Test
  void noLimitIsNoLimit() throws IOException {
    assertEquals(Machine.UNLIMITED, CgroupLimit.leastBytes(root));
    file("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "max\n");
    assertEquals(Machine.UNLIMITED, CgroupLimit.leastBytes(root));
  }
}
