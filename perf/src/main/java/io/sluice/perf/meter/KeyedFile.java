package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flat text files of the kernel's control groups: one number, or lines of {@code key number}.
 *
 * <p>Format: "Flat keyed" and "New-line separated values" of the kernel's {@code
 * Documentation/admin-guide/cgroup-v2.rst}; the files of version 1 look the same.
 */
final class KeyedFile {
  private KeyedFile() {}

  /**
   * Every {@code key number} line of a file; other lines are skipped.
   *
   * @param file the file to read
   * @return the numbers by key
   * @throws IOException when it cannot be read
   */
  static Map<String, Long> read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  /**
   * Every {@code key number} line; other lines are skipped.
   *
   * @param lines the lines of a flat keyed file
   * @return the numbers by key
   */
  static Map<String, Long> parse(List<String> lines) {
    Map<String, Long> values = new HashMap<>();
    for (String line : lines) {
      int space = line.indexOf(' ');
      if (space <= 0) {
        continue;
      }
      try {
        values.put(line.substring(0, space), Long.parseLong(line.substring(space + 1).trim()));
      } catch (NumberFormatException notOneNumber) {
        // A nested line, such as io.stat has: not a flat value, so nobody asks for it here.
        continue;
      }
    }
    return values;
  }

  /**
   * The only number in a file.
   *
   * @param file the file to read
   * @return its number; {@code max} reads as {@link Long#MAX_VALUE}
   * @throws IOException when it cannot be read or holds no number
   */
  static long number(Path file) throws IOException {
    String text = Files.readString(file).trim();
    if (text.equals("max")) {
      return Long.MAX_VALUE;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + " holds '" + text + "' where a number was expected", e);
    }
  }

  /**
   * The only number in a file that not every kernel has.
   *
   * @param file the file to read
   * @param otherwise what to return when the file does not exist
   * @return its number, or {@code otherwise}
   * @throws IOException when it exists and cannot be read
   */
  static long numberOr(Path file, long otherwise) throws IOException {
    return Files.exists(file) ? number(file) : otherwise;
  }
}
