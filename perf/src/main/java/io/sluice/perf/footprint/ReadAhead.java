package io.sluice.perf.footprint;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.meter.DeviceMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much a device reads ahead of a file's reader, {@code queue/read_ahead_kb} in sysfs. It
 * decides how much more than a runtime needs of its files is charged to it.
 */
final class ReadAhead {
  private ReadAhead() {}

  /** KiB that the device below {@code path} reads ahead. */
  static int kib(Path path) throws IOException {
    return Integer.parseInt(Files.readString(file(path)).strip());
  }

  /**
   * Sets it until the run ends.
   *
   * @throws IOException when it cannot be set, as in most containers
   */
  static void set(Path path, int kib, Cleanup cleanup) throws IOException {
    Path file = file(path);
    String before = Files.readString(file).strip();
    cleanup.keep(
        () -> Files.writeString(file, Integer.toString(kib)),
        made -> Files.writeString(file, before));
  }

  private static Path file(Path path) throws IOException {
    Path device = Path.of("/sys/dev/block", DeviceMeter.deviceOf(path)).toRealPath();
    Path own = device.resolve("queue/read_ahead_kb");
    // A partition has the queue of its disk.
    return Files.exists(own) ? own : device.resolveSibling("queue").resolve("read_ahead_kb");
  }
}
