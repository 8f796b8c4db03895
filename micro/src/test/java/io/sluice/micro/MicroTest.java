package io.sluice.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MicroTest {
  private static final int USAGE = 2;

  private static String refused(String... arguments) {
    StringWriter said = new StringWriter();
    CommandLine command = new CommandLine(new Micro());
    command.setErr(new PrintWriter(said, true));
    assertEquals(USAGE, command.execute(arguments), said.toString());
    return said.toString();
  }

  @Test
  void anUnknownBenchmarkIsNamedBesideThoseThatThereAre() {
    String said = refused("--only", "turn,spin");
    assertTrue(said.contains("'spin'"), said);
    assertTrue(said.contains("submission, turn, request, message, nearest"), said);
  }

  @Test
  void whatMeansNothingIsNotRecorded() {
    assertTrue(refused("--quick", "--record").contains("--record"));
  }
}
