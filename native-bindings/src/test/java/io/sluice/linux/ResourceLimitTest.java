package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResourceLimitTest {
  @Test
  void limitIsTheOneProcNames() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(each -> each.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    String[] columns = line.split("\\s{2,}");
    assertEquals(columns[1], Long.toString(ResourceLimit.NOFILE.soft()));
    assertEquals(columns[2], Long.toString(ResourceLimit.NOFILE.hard()));
  }

  @Test
  void softLimitCanBeChangedUpToTheHardOne() {
    long before = ResourceLimit.NOFILE.soft();
    try {
      ResourceLimit.NOFILE.setSoft(before - 1);
      assertEquals(before - 1, ResourceLimit.NOFILE.soft());
    } finally {
      ResourceLimit.NOFILE.setSoft(before);
    }
  }

  @Test
  void softLimitAboveTheHardOneIsRefused() {
    long hard = ResourceLimit.NOFILE.hard();
    LinuxException failed =
        assertThrows(LinuxException.class, () -> ResourceLimit.NOFILE.setSoft(hard + 1));
    assertEquals(Errno.EINVAL, failed.errno());
    assertTrue(failed.getMessage().contains("resource=NOFILE, soft=" + (hard + 1)));
  }

  @Test
  void noLimitIsNegative() {
    assertEquals(-1, ResourceLimit.UNLIMITED);
    assertTrue(
        ResourceLimit.MEMLOCK.hard() == ResourceLimit.UNLIMITED
            || ResourceLimit.MEMLOCK.hard() >= ResourceLimit.MEMLOCK.soft());
  }
}
