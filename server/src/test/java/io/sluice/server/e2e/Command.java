package io.sluice.server.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One run of an external program: what it printed, or a failure that names it. */
final class Command {
  /** How long a program may take when its test does not say otherwise. */
  static final Duration TIMEOUT_DEFAULT = Duration.ofMinutes(2);

  /** What a finished program left: its exit code and both of its streams as text. */
  record Result(int exitCode, String output, String errors) {}

  /** Reads a program's standard output while it runs. */
  @FunctionalInterface
  interface OutputReader {
    /** Reads {@code output} to its end. */
    void read(InputStream output) throws IOException;
  }

  private final List<String> words;
  private Path directory = Path.of("").toAbsolutePath();
  private Duration timeout = TIMEOUT_DEFAULT;

  private Command(List<String> words) {
    this.words = words;
  }

  /** A command of these words; no shell is involved. */
  static Command of(String... words) {
    return new Command(List.of(words));
  }

  /** A command of these words; no shell is involved. */
  static Command of(List<String> words) {
    return new Command(List.copyOf(words));
  }

  /** Runs in {@code directory} instead of the test's own. */
  Command in(Path directory) {
    this.directory = directory;
    return this;
  }

  /** Kills the program and fails when it takes longer. */
  Command timeout(Duration timeout) {
    this.timeout = timeout;
    return this;
  }

  /** The standard output of a program that must succeed. */
  String output() {
    Result result = run();
    if (result.exitCode() != 0) {
      throw failure(result);
    }
    return result.output();
  }

  /** Runs to the end; any exit code is an answer. */
  Result run() {
    byte[][] output = new byte[1][];
    return run(stream -> output[0] = stream.readAllBytes(), output);
  }

  /** Feeds the standard output of a program that must succeed to {@code reader}, on this thread. */
  void pipe(OutputReader reader) {
    Result result = run(reader, new byte[][] {new byte[0]});
    if (result.exitCode() != 0) {
      throw failure(result);
    }
  }

  private Result run(OutputReader reader, byte[][] output) {
    Process process = start();
    try (Deadline deadline = Deadline.of(process, timeout)) {
      CompletableFuture<byte[]> errors = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> drain(process.getErrorStream(), errors));
      reader.read(process.getInputStream());
      int exitCode = process.waitFor();
      if (deadline.passed()) {
        throw new IllegalStateException(this + " took longer than " + timeout);
      }
      String errorText = new String(errors.join(), StandardCharsets.UTF_8);
      return new Result(exitCode, new String(output[0], StandardCharsets.UTF_8), errorText);
    } catch (IOException e) {
      throw new UncheckedIOException(this + ": cannot read its output", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(this + ": interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start() {
    List<String> copy = new ArrayList<>(words);
    try {
      Process process = new ProcessBuilder(copy).directory(directory.toFile()).start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(this + ": cannot be started", e);
    }
  }

  private IllegalStateException failure(Result result) {
    String said = result.errors().isBlank() ? result.output() : result.errors();
    return new IllegalStateException(
        this + " ended with exit code " + result.exitCode() + ": " + said.strip());
  }

  private static void drain(InputStream stream, CompletableFuture<byte[]> bytes) {
    try {
      bytes.complete(stream.readAllBytes());
    } catch (IOException e) {
      bytes.complete(e.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }

  /** Kills a process that outlives its time, so that reading its output always ends. */
  private record Deadline(Process process, Thread watch, boolean[] expired)
      implements AutoCloseable {
    static Deadline of(Process process, Duration timeout) {
      boolean[] expired = new boolean[1];
      Thread watch =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                        expired[0] = true;
                        process.descendants().forEach(ProcessHandle::destroyForcibly);
                        process.destroyForcibly();
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      return new Deadline(process, watch, expired);
    }

    boolean passed() throws InterruptedException {
      watch.join();
      return expired[0];
    }

    @Override
    public void close() {
      watch.interrupt();
    }
  }
}
