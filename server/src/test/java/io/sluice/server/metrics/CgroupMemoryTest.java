package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupMemoryTest {
  private static final CgroupUsage EVERY_PART =
      new CgroupUsage(8000, 9000, 134_217_728, 3000, 4000, 200, 70, 900, 60);
  private static final String V1_MOUNT =
      "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
          + "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n";
  private static final String V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

  @TempDir private Path root;
  private CgroupFixture fixture;

  @BeforeEach
  void emptyRoot() throws IOException {
    fixture = new CgroupFixture(root);
  }

  @Test
  void readsEveryPartOfVersion1() throws IOException {
    fixture
        .mounts(V1_MOUNT)
        .membership("9:name=systemd:/\n4:memory:/system.slice/sluice.service\n0::/\n")
        .v1Files("/sys/fs/cgroup/memory/system.slice/sluice.service");
    final CgroupMemory memory = fixture.locate();
    assertFalse(memory.isVersion2());
    assertEquals(
        root.resolve("sys/fs/cgroup/memory/system.slice/sluice.service"), memory.directory());
    assertEquals(EVERY_PART, memory.read());
  }

  @Test
  void readsEveryPartOfVersion2() throws IOException {
    fixture
        .mounts(V2_MOUNT)
        .membership("0::/system.slice/sluice.service\n")
        .v2Files("/sys/fs/cgroup/system.slice/sluice.service", "134217728");
    final CgroupMemory memory = fixture.locate();
    assertTrue(memory.isVersion2());
    assertEquals(EVERY_PART, memory.read());
  }

  @Test
  void prefersTheHierarchyThatHasTheMemoryControllerOnAHybridHost() throws IOException {
    fixture
        .mounts("41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" + V1_MOUNT)
        .membership("4:cpu,memory:/a\n0::/b\n")
        .v1Files("/sys/fs/cgroup/memory/a")
        .v2Files("/sys/fs/cgroup/unified/b", "max");
    assertEquals(root.resolve("sys/fs/cgroup/memory/a"), fixture.locate().directory());
  }

  @Test
  void usesTheUnifiedHierarchyOfAHybridHostThatHasMemoryThere() throws IOException {
    fixture
        .mounts(
            "31 1 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
        .membership("4:cpu:/a\n0::/b\n")
        .v2Files("/sys/fs/cgroup/unified/b", "max");
    assertEquals(root.resolve("sys/fs/cgroup/unified/b"), fixture.locate().directory());
  }

  @Test
  void findsAContainersOwnCgroupInItsNamespace() throws IOException {
    fixture.mounts(V2_MOUNT).membership("0::/\n").v2Files("/sys/fs/cgroup", "max");
    assertEquals(root.resolve("sys/fs/cgroup"), fixture.locate().directory());
  }

  @Test
  void findsAContainersCgroupThatIsMountedWithoutANamespace() throws IOException {
    fixture
        .mounts("9 8 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
        .membership("4:memory:/docker/abc\n")
        .v1Files("/sys/fs/cgroup/memory");
    assertEquals(root.resolve("sys/fs/cgroup/memory"), fixture.locate().directory());
  }

  @Test
  void findsAChildOfAContainersCgroup() throws IOException {
    fixture
        .mounts("9 8 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
        .membership("4:memory:/docker/abc/child\n")
        .v1Files("/sys/fs/cgroup/memory/child");
    assertEquals(root.resolve("sys/fs/cgroup/memory/child"), fixture.locate().directory());
  }

  @Test
  void doesNotMistakeACgroupWithTheSameBeginningForAChild() throws IOException {
    fixture
        .mounts("9 8 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
        .membership("4:memory:/docker/abcdef\n")
        .v1Files("/sys/fs/cgroup/memory");
    assertThrows(IOException.class, fixture::locate);
  }

  @Test
  void believesTheListOfProcessesWhereTheNamesDoNotMatch() throws IOException {
    fixture
        .mounts("9 8 0:32 /docker/x/pod1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
        .membership("4:memory:/pod1\n")
        .v1Files("/sys/fs/cgroup/memory")
        .file("/sys/fs/cgroup/memory/cgroup.procs", "1\n" + CgroupFixture.PID + "\n");
    assertEquals(root.resolve("sys/fs/cgroup/memory"), fixture.locate().directory());
  }

  @Test
  void decodesBlanksInMountPoints() throws IOException {
    fixture
        .mounts("30 23 0:26 / /mnt/my\\040cgroups rw - cgroup2 cgroup2 rw\n")
        .membership("0::/a\n")
        .v2Files("/mnt/my cgroups/a", "max");
    assertEquals(root.resolve("mnt/my cgroups/a"), fixture.locate().directory());
  }

  @Test
  void chargesTheNearestCgroupAboveThatHasTheMemoryController() throws IOException {
    fixture
        .mounts(V2_MOUNT)
        .membership("0::/user.slice/session/app\n")
        .v2Files("/sys/fs/cgroup/user.slice", "max")
        .file("/sys/fs/cgroup/user.slice/session/app/cgroup.procs", "");
    assertEquals(root.resolve("sys/fs/cgroup/user.slice"), fixture.locate().directory());
  }

  @Test
  void takesTheLowestLimitOfTheCgroupsAbove() throws IOException {
    fixture
        .mounts(V2_MOUNT)
        .membership("0::/pods/pod1/sluice\n")
        .v2Files("/sys/fs/cgroup/pods/pod1/sluice", "2000000")
        .v2Files("/sys/fs/cgroup/pods/pod1", "1000000")
        .v2Files("/sys/fs/cgroup/pods", "max");
    assertEquals(1_000_000, fixture.locate().read().limitBytes());
    assertEquals(1_000_000, fixture.locate().limitBytes());
  }

  @Test
  void reportsNoLimitAsNoLimit() throws IOException {
    fixture.mounts(V2_MOUNT).membership("0::/a\n").v2Files("/sys/fs/cgroup/a", "max");
    assertEquals(CgroupUsage.NO_LIMIT, fixture.locate().read().limitBytes());
    fixture
        .mounts(V1_MOUNT)
        .membership("4:memory:/a\n")
        .v1Files("/sys/fs/cgroup/memory/a")
        .file(
            "/sys/fs/cgroup/memory/a/memory.stat", "hierarchical_memory_limit 9223372036854771712");
    assertEquals(CgroupUsage.NO_LIMIT, fixture.locate().read().limitBytes());
    assertEquals(CgroupUsage.NO_LIMIT, fixture.locate().limitBytes());
  }

  @Test
  void findsTheCgroupOfThisProcessByTheNameSelf() throws IOException {
    fixture
        .mounts(V1_MOUNT)
        .file("/proc/self/cgroup", "4:memory:/a\n")
        .v1Files("/sys/fs/cgroup/memory/a");
    assertEquals(134_217_728, CgroupMemory.ofSelf(root).limitBytes());
  }

  @Test
  void addsUpKernelMemoryWhereTheKernelDoesNot() throws IOException {
    fixture
        .mounts(V2_MOUNT)
        .membership("0::/a\n")
        .v2Files("/sys/fs/cgroup/a", "max")
        .file("/sys/fs/cgroup/a/memory.stat", "anon 1\nkernel_stack 100\nslab 500\npercpu 20\n");
    assertEquals(620, fixture.locate().read().kernelBytes());
  }

  @Test
  void reportsWhatTheKernelDoesNotTellAsUnknown() throws IOException {
    fixture
        .mounts(V2_MOUNT)
        .membership("0::/\n")
        .file("/sys/fs/cgroup/memory.stat", "anon 1\nfile 2\n");
    final CgroupUsage usage = fixture.locate().read();
    assertEquals(1, usage.anonymousBytes());
    assertEquals(CgroupUsage.UNKNOWN, usage.totalBytes());
    assertEquals(CgroupUsage.UNKNOWN, usage.peakBytes());
    assertEquals(CgroupUsage.UNKNOWN, usage.kernelBytes());
    assertEquals(CgroupUsage.UNKNOWN, usage.socketBytes());
  }

  @Test
  void saysThatNothingIsMounted() throws IOException {
    fixture.membership("0::/a\n");
    final IOException missing = assertThrows(IOException.class, fixture::locate);
    assertEquals(
        "The memory cgroup /a of process 4711 is not visible here: mount the cgroup file system at"
            + " /sys/fs/cgroup.",
        missing.getMessage());
  }

  @Test
  void doesNotGuessACgroupOutsideItsNamespace() throws IOException {
    fixture
        .mounts("30 23 0:26 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
        .membership("0::/\n")
        .v2Files("/sys/fs/cgroup", "max");
    assertThrows(IOException.class, fixture::locate);
  }

  @Test
  void saysThatTheMemoryControllerIsDisabled() throws IOException {
    fixture.mounts(V1_MOUNT).membership("3:cpu:/a\n");
    final IOException missing = assertThrows(IOException.class, fixture::locate);
    assertTrue(missing.getMessage().contains("cgroup_disable=memory"), missing.getMessage());
  }

  @Test
  void saysThatTheProcessDoesNotExist() {
    final IOException missing = assertThrows(IOException.class, fixture::locate);
    assertEquals("Process 4711 does not exist or is hidden from this user.", missing.getMessage());
  }
}
