package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Bytes read from the device that holds a file. Any thread may read.
 *
 * <p>Control groups of version 2 count them for each group ({@code io.stat}), so that the reads of
 * others on the same machine are left out. Those of version 1 only count what a throttling rule
 * applies to, so there the device's own counter is used ({@code /proc/diskstats}, {@code
 * Documentation/admin-guide/iostats.rst}), which counts everybody.
 */
public final class DeviceMeter {
  /** The device counters of the running system. */
  public static final Path DISKSTATS = Path.of("/proc/diskstats");

  /** The unit of {@code /proc/diskstats}, whatever the device's block size is. */
  private static final long SECTOR_BYTES = 512;

  private static final int DISKSTATS_SECTORS_READ = 5;

  private final Path counters;
  private final Format format;
  private final String device;

  private enum Format {
    DISKSTATS,
    IO_STAT
  }

  private DeviceMeter(Path counters, Format format, String device) {
    this.counters = counters;
    this.format = format;
    this.device = device;
  }

  /**
   * A meter of a whole device.
   *
   * @param diskstats a file in the format of {@code /proc/diskstats}
   * @param device its numbers, {@code major:minor}
   * @return the meter
   */
  public static DeviceMeter ofDevice(Path diskstats, String device) {
    return new DeviceMeter(diskstats, Format.DISKSTATS, device);
  }

  /**
   * A meter of what one control group reads from a device.
   *
   * @param directory the group's directory in the unified hierarchy
   * @param device the device's numbers, {@code major:minor}
   * @return the meter, or empty where the kernel does not count it
   */
  public static Optional<DeviceMeter> ofGroup(Path directory, String device) {
    Path ioStat = directory.resolve("io.stat");
    if (Files.exists(ioStat)) {
      return Optional.of(new DeviceMeter(ioStat, Format.IO_STAT, device));
    }
    return Optional.empty();
  }

  /**
   * The device a file lies on.
   *
   * @param file any existing file or directory
   * @return {@code major:minor} of its device, of the whole disk where it lies on a partition
   * @throws IOException when the file cannot be looked at
   */
  public static String deviceOf(Path file) throws IOException {
    long number = (Long) Files.getAttribute(file, "unix:dev");
    // The encoding of stat(2)'s st_dev in glibc: gnu_dev_major, gnu_dev_minor.
    long major = (number >> 8 & 0xfff) | (number >> 32 & ~0xfffL);
    long minor = (number & 0xff) | (number >> 12 & ~0xffL);
    String device = major + ":" + minor;
    Path wholeDisk = Path.of("/sys/dev/block", device, "..", "dev");
    boolean partition = Files.exists(Path.of("/sys/dev/block", device, "partition"));
    return partition && Files.exists(wholeDisk) ? Files.readString(wholeDisk).trim() : device;
  }

  /**
   * Whether only the group's own reads are counted.
   *
   * @return true for a control group's counter, false for the device's
   */
  public boolean ownReadsOnly() {
    return format != Format.DISKSTATS;
  }

  /**
   * Bytes read so far.
   *
   * @return bytes since the group was made, or since boot for a whole device
   * @throws IOException when the counters cannot be read, or the device is not among those of a
   *     whole system
   */
  public long readBytes() throws IOException {
    List<String> lines = Files.readAllLines(counters);
    return switch (format) {
      case DISKSTATS -> diskstats(lines);
      case IO_STAT -> ioStat(lines);
    };
  }

  private long diskstats(List<String> lines) throws IOException {
    for (String line : lines) {
      String[] words = line.trim().split("\\s+");
      if (words.length > DISKSTATS_SECTORS_READ && device.equals(words[0] + ":" + words[1])) {
        return Long.parseLong(words[DISKSTATS_SECTORS_READ]) * SECTOR_BYTES;
      }
    }
    throw new IOException(
        counters + " does not list device " + device + ": put the data on a local disk");
  }

  /** Lines such as {@code 254:0 rbytes=4096 wbytes=0 ...}; a group that has not read has none. */
  private long ioStat(List<String> lines) {
    for (String line : lines) {
      String[] words = line.split(" ");
      if (words[0].equals(device)) {
        for (String word : words) {
          if (word.startsWith("rbytes=")) {
            return Long.parseLong(word.substring("rbytes=".length()));
          }
        }
      }
    }
    return 0;
  }
}
