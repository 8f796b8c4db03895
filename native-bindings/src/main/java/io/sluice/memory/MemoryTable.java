package io.sluice.memory;

import java.util.List;
import java.util.Locale;

/** Regions as aligned columns of text. */
final class MemoryTable {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final String SUM = "total";

  private MemoryTable() {}

  static String of(List<Region> regions, long totalBytes) {
    int nameColumns = SUM.length();
    for (Region region : regions) {
      nameColumns = Math.max(nameColumns, region.name().length());
    }
    int byteColumns = Long.toString(totalBytes).length();
    String format = "%-" + nameColumns + "s  %10s  %" + byteColumns + "d bytes%n";
    StringBuilder table = new StringBuilder();
    for (Region region : regions) {
      table.append(format(format, region.name(), region.bytes()));
    }
    return table.append(format(format, SUM, totalBytes)).toString();
  }

  private static String format(String format, String name, long bytes) {
    return String.format(Locale.ROOT, format, name, human(bytes), bytes);
  }

  /** Such as {@code 32.0 MiB}: one decimal, the largest unit that leaves at least 1. */
  static String human(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
