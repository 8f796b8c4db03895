package io.sluice.perf.contender;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs that are asked what they are, and end at once. */
public final class Program {
  private Program() {}

  /**
   * What a program prints.
   *
   * @param binary the program
   * @param arguments such as {@code --version}
   * @return standard output and standard error, trimmed; empty when it cannot be started
   */
  public static String says(Path binary, String... arguments) {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    } catch (IOException notThere) {
      return "";
    }
  }
}
