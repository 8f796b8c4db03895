package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.generated.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorsTest {
  @TempDir private Path directory;

  @Test
  void directoryIsOpenUntilClosed() throws IOException {
    int fd = Descriptors.openDirectory(directory);
    Path link = Path.of("/proc/self/fd/" + fd);
    assertEquals(directory.toRealPath(), Files.readSymbolicLink(link));
    Descriptors.close(fd);
    assertFalse(Files.exists(link));
  }

  @Test
  void fileIsNoDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    LinuxException failed =
        assertThrows(LinuxException.class, () -> Descriptors.openDirectory(file));
    assertEquals(Errno.ENOTDIR, failed.errno());
    assertTrue(failed.getMessage().startsWith("open(path=" + file));
    Descriptors.close(Descriptors.open(file, Libc.O_RDONLY()));
  }

  @Test
  void missingFileIsNamed() {
    Path missing = directory.resolve("missing");
    LinuxException failed =
        assertThrows(LinuxException.class, () -> Descriptors.open(missing, Libc.O_RDONLY()));
    assertEquals(Errno.ENOENT, failed.errno());
    assertTrue(failed.getMessage().contains(missing.toString()));
  }

  @Test
  void signalsAddUp() {
    int fd = Descriptors.eventfd();
    Descriptors.signal(fd);
    assertEquals(0, Descriptors.signal(CallState.ofThread(), fd));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      assertEquals(Long.BYTES, Linux.read(CallState.ofThread(), fd, count, Long.BYTES));
      assertEquals(2, count.get(JAVA_LONG, 0));
    }
    Descriptors.close(fd);
  }

  @Test
  void signalToNothingFails() {
    assertEquals(
        Errno.EBADF, assertThrows(LinuxException.class, () -> Descriptors.signal(-1)).errno());
  }

  @Test
  void errorsOfThreadsAreTheirOwn() throws InterruptedException {
    int[] failures = new int[2];
    Thread other = Thread.ofPlatform().start(() -> failures[0] = countUnexpected(Errno.EBADF, -1));
    int fd = Descriptors.eventfd();
    failures[1] = countUnexpected(Errno.EINVAL, fd);
    other.join();
    Descriptors.close(fd);
    assertEquals(0, failures[0]);
    assertEquals(0, failures[1]);
  }

  private static int countUnexpected(int expected, int fd) {
    int unexpected = 0;
    try (Arena arena = Arena.ofConfined()) {
      CallState state = new CallState(arena);
      MemorySegment buffer = arena.allocate(4);
      for (int i = 0; i < 20_000; i++) {
        // An eventfd takes 8 bytes, nothing less.
        if (Linux.write(state, fd, buffer, 4) != -expected) {
          unexpected++;
        }
      }
    }
    return unexpected;
  }
}
