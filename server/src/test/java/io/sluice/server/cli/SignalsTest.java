package io.sluice.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals of a real process. */
class SignalsTest {
  private static final int STOPPED_BY_SIGNAL = 42;
  private static final long PATIENCE_S = 60;

  /** Says that it is ready, and ends with {@link #STOPPED_BY_SIGNAL} on a signal. */
  public static final class Target {
    private Target() {}

    /** Waits for a signal. */
    public static void main(String[] args) throws InterruptedException {
      Signals.ofProcess().onTerminate(() -> Runtime.getRuntime().halt(STOPPED_BY_SIGNAL));
      System.out.println("ready");
      Thread.sleep(TimeUnit.SECONDS.toMillis(PATIENCE_S));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalRunsTheAction(String name) throws IOException, InterruptedException {
    Process target =
        // A job in a shell's background ignores SIGINT, and so do its children.
        new ProcessBuilder(
                "env",
                "--default-signal=TERM,INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Target.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals("ready", target.inputReader().readLine());
      new ProcessBuilder("kill", "-" + name, Long.toString(target.pid())).start().waitFor();
      assertTrue(target.waitFor(PATIENCE_S, TimeUnit.SECONDS));
      assertEquals(STOPPED_BY_SIGNAL, target.exitValue());
    } finally {
      target.destroyForcibly();
    }
  }
}
