package io.sluice.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {
  private static final int USAGE = 2;

  @TempDir private Path directory;

  /** What it says when it is called wrongly; it must not have begun. */
  private String refused(String... arguments) {
    StringWriter said = new StringWriter();
    CommandLine command = new CommandLine(new Bench());
    command.setErr(new PrintWriter(said, true));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    Path data = directory.resolve("data");
    all[arguments.length] = "--data";
    all[arguments.length + 1] = data.toString();
    assertEquals(USAGE, command.execute(all), said.toString());
    assertFalse(Files.exists(data), "it wrote something");
    return said.toString();
  }

  @Test
  void anUnknownScenarioIsNamedBesideThoseThatThereAre() {
    String said = refused("--only", "cold,warm");
    assertTrue(said.contains("'warm'"), said);
    assertTrue(
        said.contains("memory, limited, orders, herd, cold, hot, manifests, relay, start, soak"),
        said);
  }

  @Test
  void numbersMustBePositive() {
    assertTrue(refused("--rounds", "0").contains("--rounds"));
    assertTrue(refused("--soak-gib=0").contains("--soak-gib"));
    assertTrue(refused("--rounds", "many").contains("--rounds"));
  }

  @Test
  void hoursAreForTheSoak() {
    assertTrue(refused("soak", "--hours", "-1").contains("--hours"));
    assertTrue(refused("soak", "--hours", "NaN").contains("--hours"));
    assertTrue(refused("cold", "--hours", "0.1").contains("bench soak --hours 0.1"));
  }

  @Test
  void scenariosCanBeNamedWithoutAnOption() {
    assertTrue(refused("cold", "warm").contains("'warm'"));
  }

  @Test
  void anUnknownReadModeIsNamedBesideThoseThatThereAre() {
    String said = refused("--read-mode", "fast");
    assertTrue(said.contains("fast") && said.contains("dontcache"), said);
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertTrue(refused("--round=1").contains("--round=1"));
  }
}
