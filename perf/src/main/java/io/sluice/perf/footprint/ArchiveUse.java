package io.sluice.perf.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a node's classes came from, as {@code -Xlog:class+load} tells it.
 *
 * @param archived out of the class archive
 * @param parsed from a jar or from the runtime's modules, which the archive should have spared
 * @param spun made while running, which no archive of classes can have
 */
record ArchiveUse(long archived, long parsed, long spun) {
  /** An archive that is used has nearly everything; one class in twenty may be new. */
  private static final double PARSED_MAX = 0.05;

  private static final String SOURCE = " source: ";

  /** Reads logs of {@code -Xlog:class+load}. */
  static ArchiveUse read(List<Path> logs) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path log : logs) {
      lines.addAll(Files.readAllLines(log));
    }
    return of(lines);
  }

  /** Counts lines like {@code [0.1s][info][class,load] a.B source: jrt:/java.base}. */
  static ArchiveUse of(List<String> lines) {
    long archived = 0;
    long parsed = 0;
    long spun = 0;
    for (String line : lines) {
      int at = line.indexOf(SOURCE);
      if (at < 0) {
        continue;
      }
      String source = line.substring(at + SOURCE.length());
      if (source.startsWith("shared objects file")) {
        archived++;
      } else if (source.startsWith("jrt:") || source.startsWith("file:")) {
        parsed++;
      } else {
        spun++;
      }
    }
    return new ArchiveUse(archived, parsed, spun);
  }

  /** Whether the archive was used and has what it should. */
  boolean good() {
    return archived > 0 && parsed <= PARSED_MAX * (archived + parsed);
  }

  @Override
  public String toString() {
    return archived
        + " classes from the archive, "
        + parsed
        + " parsed, "
        + spun
        + " made while running";
  }
}
