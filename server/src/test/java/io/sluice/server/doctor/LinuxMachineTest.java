package io.sluice.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.Errno;
import io.sluice.linux.KernelVersion;
import io.sluice.linux.ResourceLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class LinuxMachineTest {
  @TempDir private Path directory;

  @Test
  void readsThisMachine() {
    Machine machine = new LinuxMachine(Path.of("/"));
    assertTrue(KernelVersion.parse(machine.kernelRelease()).isAtLeast(4, 0));
    assertTrue(machine.descriptorLimit() > 0);
    assertTrue(machine.memoryLimitBytes() > 0);
    assertTrue(machine.lockableBytes() >= 0);
  }

  @Test
  void theCapabilityLiftsTheLimitOnLockedMemory() throws IOException {
    Path status = Files.createDirectories(directory.resolve("proc/self")).resolve("status");
    Machine machine = new LinuxMachine(directory);
    Files.writeString(status, "CapPrm:\t0000000000004000\nCapEff:\t0000000000004000\n");
    assertEquals(Machine.UNLIMITED, machine.lockableBytes());
    Files.writeString(status, "CapPrm:\t0000000000004000\nCapEff:\t0000000000003fff\n");
    long soft = ResourceLimit.MEMLOCK.soft();
    assertEquals(
        soft == ResourceLimit.UNLIMITED ? Machine.UNLIMITED : soft, machine.lockableBytes());
  }

  @Test
  void aDirectReadEitherWorksOrNamesItsError() throws IOException {
    Path blob = Files.writeString(directory.resolve("blob"), "a blob");
    DirectIo direct = new LinuxMachine(Path.of("/")).directIo(blob);
    if (direct.errno() != 0) {
      assertEquals(Errno.EINVAL, direct.errno());
    }
    assertEquals(
        Errno.ENOENT, new LinuxMachine(Path.of("/")).directIo(directory.resolve("none")).errno());
  }
}
