package io.sluice.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Log log = Log.of("node");
  private OutputStream before;

  @BeforeEach
  void redirect() {
    before = Log.redirect(written);
    Log.threshold(Level.INFO);
  }

  @AfterEach
  void restore() {
    Log.redirect(before);
    Log.threshold(Level.INFO);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  /** What follows the time, of one line. */
  private static String line(String message, Object... keysAndValues) {
    LogLine line = new LogLine(Instant.EPOCH, Level.INFO, "node", message);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      line.add(keysAndValues[i].toString(), keysAndValues[i + 1].toString());
    }
    return line.end().substring("1970-01-01T00:00:00.000Z  ".length());
  }

  @Test
  void anEventIsOneLine() {
    log.info("started", "registry", ":5000", "loops", 2);
    // Threads of tests before this one may still have something to say.
    String line =
        "\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z  INFO node started registry=:5000 loops=2";
    assertTrue(text().lines().anyMatch(logged -> logged.matches(line)), text());
    assertTrue(text().endsWith("\n"), text());
  }

  @Test
  void lowerLevelsAreDropped() {
    log.debug("a");
    Log.threshold(Level.ERROR);
    log.warn("b");
    log.warn("b", new IllegalStateException());
    log.info("c");
    assertEquals("", text());
    log.error("d");
    assertTrue(text().contains(" ERROR node d\n"));
  }

  @Test
  void causesAreNamedWithTheirPlace() {
    log.error("failed", new IllegalStateException("no way"), "blob", "sha256:1");
    assertTrue(
        text()
            .contains(
                "failed blob=sha256:1 cause=\"java.lang.IllegalStateException: no way\""
                    + " at=io.sluice.server.log.LogTest."),
        text());
  }

  @Test
  void valuesCannotForgeLinesOrKeys() {
    assertEquals("INFO node a\\nb k=v\n", line("a\nb", "k", "v"));
    assertEquals("INFO node m k=\"\"\n", line("m", "k", ""));
    assertEquals("INFO node m k=\"a b\"\n", line("m", "k", "a b"));
    assertEquals("INFO node m k=\"a=\\\"b\\\"\\\\\"\n", line("m", "k", "a=\"b\"\\"));
    assertEquals("INFO node m k=\"x\\n\\u001b[2J\"\n", line("m", "k", "x\n\u001b[2J"));
  }

  @Test
  void aValueWithoutAKeyIsStillShown() {
    log.info("m", "key");
    assertTrue(text().endsWith(" m key=?\n"));
  }

  @Test
  void longLinesAreCut() {
    log.info("x".repeat(2 * Log.LINE_CHARACTERS));
    assertEquals(Log.LINE_CHARACTERS, text().length());
    assertTrue(text().endsWith("...\n"));
  }
}
