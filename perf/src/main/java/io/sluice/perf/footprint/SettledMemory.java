package io.sluice.perf.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process that has come to rest has in memory, as {@code /proc/PID/smaps_rollup} says.
 *
 * @param residentBytes its resident set
 * @param proportionalBytes the same, with pages that others share counted in part
 * @param anonymousBytes what is not a file's
 */
record SettledMemory(long residentBytes, long proportionalBytes, long anonymousBytes) {
  private static final long KIB = 1 << 10;

  /** Reads it. */
  static SettledMemory of(long pid) throws IOException {
    String text = Files.readString(Path.of("/proc/" + pid + "/smaps_rollup"));
    return new SettledMemory(bytes(text, "Rss:"), bytes(text, "Pss:"), bytes(text, "Anonymous:"));
  }

  private static long bytes(String text, String key) throws IOException {
    return text.lines()
            .filter(line -> line.startsWith(key))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow(() -> new IOException("the kernel says no " + key))
        * KIB;
  }
}
