package io.sluice.perf.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that is in its control group from its first instruction: a shell enters the group and
 * then becomes the program.
 */
public final class ConfinedProcess implements AutoCloseable {
  /** How long a process may take to end by itself after SIGTERM. */
  private static final long STOP_PATIENCE_MS = 5_000;

  private static final int LOG_TAIL_LINES = 15;

  /** Enters each group named before {@code --}, then becomes the command after it. */
  private static final String ENTER =
      "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 126; shift; done; shift; exec \"$@\"";

  private final Cleanup.Kept<Process> process;
  private final Path log;

  private ConfinedProcess(Cleanup.Kept<Process> process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param group the group it lives in
   * @param command the program and its arguments
   * @param environment variables added to those of this process
   * @param log gets standard output and standard error
   * @param cleanup stops the process when the run is interrupted
   * @return the running process
   * @throws IOException when there is no shell, or the log cannot be written
   */
  public static ConfinedProcess start(
      Cgroup group,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Cleanup cleanup)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", ENTER, "sh"));
    group.processFiles().forEach(file -> words.add(file.toString()));
    words.add("--");
    words.addAll(command);
    return start(words, environment, log, cleanup);
  }

  /**
   * Starts a program that a contender needs and that is not measured: it stays in the groups of
   * this process.
   *
   * @param command the program and its arguments
   * @param log gets standard output and standard error
   * @param cleanup stops the process when the run is interrupted
   * @return the running process
   * @throws IOException when it cannot be started, or the log cannot be written
   */
  public static ConfinedProcess beside(List<String> command, Path log, Cleanup cleanup)
      throws IOException {
    return start(command, Map.of(), log, cleanup);
  }

  private static ConfinedProcess start(
      List<String> words, Map<String, String> environment, Path log, Cleanup cleanup)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new ConfinedProcess(cleanup.keep(builder::start, ConfinedProcess::stop), log);
  }

  /**
   * Whether it still runs.
   *
   * @return false once it has ended
   */
  public boolean running() {
    return process.get().isAlive();
  }

  /**
   * Waits for the end.
   *
   * @param timeoutMs how long at most
   * @return its exit code
   * @throws IOException when it runs on
   * @throws InterruptedException when this thread is interrupted
   */
  public int await(long timeoutMs) throws IOException, InterruptedException {
    if (!process.get().waitFor(timeoutMs, TimeUnit.MILLISECONDS)) {
      throw new IOException(
          "process " + process.get().pid() + " has not ended within " + timeoutMs + " ms");
    }
    return process.get().exitValue();
  }

  /**
   * The last lines that it wrote, for a message.
   *
   * @return at most 15 lines
   */
  public String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }

  /** Ends the process, first politely. Calling it again does nothing. */
  @Override
  public void close() {
    process.close();
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_PATIENCE_MS, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
