package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EINVAL;
import static io.sluice.ring.simulation.KernelConstants.EIO;
import static io.sluice.ring.simulation.KernelConstants.ENOENT;
import static io.sluice.ring.simulation.KernelConstants.O_DIRECT;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files behave as on Linux, where programs depend on it. */
class SimulatedFileTest {
  private final RingProbe probe = new RingProbe(1, FaultPlan.none());
  private final SimulatedKernel kernel = probe.kernel;
  private final SimulatedRing ring = probe.ring;
  private final MemorySegment buffer = probe.buffer;

  @AfterEach
  void freeMemory() {
    probe.close();
  }

  @Test
  void readsTheContentOfAFileBeyondFourGibibytes() {
    SimulatedContent content = SimulatedContent.generated(5, 6L << 30);
    int fd = probe.open(content, "big", 0);
    long offset = (5L << 30) + 3;
    ring.read(fd, buffer.address(), 1000, offset, 1);
    assertEquals(1000, probe.result());
    assertArrayEquals(content.bytes(offset, 1000), buffer.asSlice(0, 1000).toArray(JAVA_BYTE));
    assertEquals(content.bytes(offset + 7, 1)[0], content.bytes(offset, 8)[7]);
  }

  @Test
  void directReadsWantAlignmentAndEndShortAtTheEndOfTheFile() {
    int fd = probe.open(SimulatedContent.generated(5, 1000), "file", O_DIRECT);
    assertEquals(1000, probe.read(fd, buffer.address(), 1024, 0));
    assertEquals(488, probe.read(fd, buffer.address(), 512, 512));
    assertEquals(0, probe.read(fd, buffer.address(), 512, 1024));
    assertEquals(-EINVAL, probe.read(fd, buffer.address() + 1, 512, 0));
    assertEquals(-EINVAL, probe.read(fd, buffer.address(), 511, 0));
    assertEquals(-EINVAL, probe.read(fd, buffer.address(), 512, 1));
  }

  @Test
  void aFileSystemMayRefuseDirectAccess() {
    int directoryFd = kernel.openDirectory();
    kernel.setDirectSupported(directoryFd, false);
    kernel.addFile(directoryFd, "file", SimulatedFile.generated(1, 10));
    assertEquals(-EINVAL, probe.open(directoryFd, "file", O_DIRECT));
    assertTrue(probe.open(directoryFd, "file", 0) > 0);
  }

  @Test
  void filesShrinkFailAndDisappearWhileOpen() {
    int directoryFd = kernel.openDirectory();
    SimulatedFile file = SimulatedFile.generated(1, 10_000);
    kernel.addFile(directoryFd, "sha256/aa", file);
    int fd = probe.open(directoryFd, "sha256/aa", 0);
    kernel.removeFile(directoryFd, "sha256/aa");
    assertEquals(-ENOENT, probe.open(directoryFd, "sha256/aa", 0));
    assertEquals(0, file.nlink());
    assertEquals(100, probe.read(fd, buffer.address(), 100, 9_900));
    file.truncate(9_950);
    assertEquals(50, probe.read(fd, buffer.address(), 100, 9_900));
    file.failReads(0, 10);
    assertEquals(-EIO, probe.read(fd, buffer.address(), 100, 9));
    assertEquals(100, probe.read(fd, buffer.address(), 100, 10));
  }

  @Test
  void statxFillsTheLinuxRecord() {
    int directoryFd = kernel.openDirectory();
    kernel.addFile(directoryFd, "sha256/aa", SimulatedFile.generated(1, 5L << 30));
    ring.statx(directoryFd, probe.text("sha256/aa"), 0, 0x7ff, buffer.address(), 1);
    assertEquals(0, probe.result());
    assertEquals(0x7ff, buffer.get(JAVA_INT, 0));
    assertEquals(1, buffer.get(JAVA_INT, 16));
    assertEquals((short) 0x81a4, buffer.get(JAVA_SHORT, 28));
    assertEquals(1000, buffer.get(JAVA_LONG, 32));
    assertEquals(5L << 30, buffer.get(JAVA_LONG, 40));
    ring.statx(directoryFd, probe.text("sha256"), 0, 0x7ff, buffer.address(), 1);
    assertEquals(0, probe.result());
    assertEquals((short) 0x41ed, buffer.get(JAVA_SHORT, 28));
    ring.statx(directoryFd, probe.text("sha512"), 0, 0x7ff, buffer.address(), 1);
    assertEquals(-ENOENT, probe.result());
  }
}
