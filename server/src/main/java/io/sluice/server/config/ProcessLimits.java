package io.sluice.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Limits the kernel puts on this process, as {@code /proc/self/limits} lists them (proc(5)). */
public final class ProcessLimits {
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private ProcessLimits() {}

  /**
   * Descriptors this process may have open ({@code RLIMIT_NOFILE}); the JVM has raised its soft
   * limit to the hard one. {@link Long#MAX_VALUE} if the kernel does not say.
   */
  public static long openFiles() {
    try {
      return softLimit(Files.readAllLines(LIMITS), "Max open files");
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * The soft limit called {@code name}, in its own unit.
   *
   * @param lines the content of a {@code limits} file
   * @return {@link Long#MAX_VALUE} for unlimited or absent
   */
  public static long softLimit(List<String> lines, String name) {
    for (String line : lines) {
      if (line.startsWith(name + " ")) {
        String soft = line.substring(name.length()).strip().split("\\s+", 2)[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
      }
    }
    return Long.MAX_VALUE;
  }
}
