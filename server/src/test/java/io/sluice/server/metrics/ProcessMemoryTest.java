package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
  @TempDir private Path directory;

  @Test
  void readsKibibytesAsBytes() throws IOException {
    final Path status = directory.resolve("status");
    Files.writeString(
        status,
        """
        Name:\tjava
        VmHWM:\t   70000 kB
        VmRSS:\t   60000 kB
        RssAnon:\t   20000 kB
        RssFile:\t   39000 kB
        RssShmem:\t    1000 kB
        """);
    assertEquals(
        new ProcessMemory(61_440_000, 71_680_000, 20_480_000, 39_936_000, 1_024_000),
        ProcessMemory.read(status));
  }

  @Test
  void aProcessWithoutMemoryHasNone() throws IOException {
    final Path status = directory.resolve("status");
    Files.writeString(status, "Name:\tkthreadd\nState:\tS (sleeping)\n");
    assertEquals(new ProcessMemory(0, 0, 0, 0, 0), ProcessMemory.read(status));
  }

  @Test
  void readsThisProcess() throws IOException {
    final ProcessMemory memory = ProcessMemory.ofProcess(ProcessHandle.current().pid());
    assertTrue(memory.anonymousBytes() > 0);
    assertTrue(memory.residentBytes() >= memory.anonymousBytes());
    assertTrue(ProcessMemory.proportionalBytes(ProcessHandle.current().pid()) > 0);
  }

  @Test
  void failsForAProcessThatDoesNotExist() {
    assertThrows(IOException.class, () -> ProcessMemory.ofProcess(Long.MAX_VALUE));
  }
}
