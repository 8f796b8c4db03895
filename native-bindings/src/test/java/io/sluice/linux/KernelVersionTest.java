package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {
  @Test
  void releaseStartsWithTheVersion() {
    assertEquals(new KernelVersion(6, 1), KernelVersion.parse("6.1.0-37-amd64"));
    assertEquals(new KernelVersion(5, 10), KernelVersion.parse("5.10"));
    assertEquals(new KernelVersion(6, 18), KernelVersion.parse("6.18-rc1+"));
    assertEquals("5.10", new KernelVersion(5, 10).toString());
  }

  @Test
  void versionsCompareByNumber() {
    assertTrue(new KernelVersion(5, 10).isAtLeast(5, 9));
    assertTrue(new KernelVersion(5, 10).isAtLeast(5, 10));
    assertTrue(new KernelVersion(6, 0).isAtLeast(5, 19));
    assertFalse(new KernelVersion(5, 4).isAtLeast(5, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6", "6.", ".1", "v6.1", "6.x", "1234567.1"})
  void otherTextIsNoRelease(String text) {
    assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse(text));
  }

  @Test
  void runningKernelIsTheOneProcNames() throws IOException {
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    assertEquals(release, KernelVersion.release());
    assertEquals(KernelVersion.parse(release), KernelVersion.running());
  }
}
