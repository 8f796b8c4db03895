package io.sluice.server.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What another program writes while it runs; its end explains a failure. */
record LogFile(Path path) {
  private static final int TAIL_LINES = 60;

  /** The last lines, or why there are none. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(path);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }
}
