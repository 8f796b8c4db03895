package io.sluice.perf.confine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Short commands of the system whose output is awaited. */
final class Command {
  private Command() {}

  /**
   * {@code ip} of iproute2.
   *
   * @param arguments its arguments
   * @throws IOException when it fails, with what it said
   */
  static void ip(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(arguments));
    output(words.toArray(String[]::new));
  }

  /**
   * {@code ip KIND delete NAME}; of what was not made completely some parts are not there, which is
   * no failure.
   */
  static void ipDelete(String kind, String name) {
    try {
      ip(kind, "delete", name);
    } catch (IOException gone) {
      return;
    }
  }

  /**
   * Any command.
   *
   * @param words the program and its arguments
   * @return what it wrote
   * @throws IOException when it fails, with what it said
   */
  static String output(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", words) + " failed: " + said.strip());
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + words[0], e);
    }
  }
}
