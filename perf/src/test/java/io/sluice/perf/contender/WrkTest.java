package io.sluice.perf.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WrkTest {
  private static final String SUMMARY =
      """
      Running 2s test @ http://127.0.0.1:5000/v2/bench/manifests/sha256:00
        2 threads and 256 connections
      Requests/sec:  60000.00
      """;

  private static String numbers(int statusErrors, int requests) {
    return SUMMARY
        + ("{\"us\":2000000,\"requests\":%d,\"bytes\":180000000,\"connect\":0,\"read\":0,"
                + "\"write\":0,\"status\":%d,\"timeout\":0,\"p50Us\":1500,\"p99Us\":8000,"
                + "\"maxUs\":20000}\n")
            .formatted(requests, statusErrors);
  }

  @Test
  void theNumbersOfTheScriptAreRead() throws IOException {
    Wrk.Reading reading = Wrk.parse(numbers(0, 120_000));
    assertEquals(60_000, reading.requestsPerSecond());
    assertEquals(1_500_000, reading.p50Ns());
    assertEquals(8_000_000, reading.p99Ns());
    assertEquals(20_000_000, reading.maxNs());
    assertEquals(180_000_000, reading.bytes());
  }

  @Test
  void oneWrongAnswerSpoilsTheRun() {
    IOException refused = assertThrows(IOException.class, () -> Wrk.parse(numbers(1, 120_000)));
    assertTrue(refused.getMessage().contains("(status)"), refused.getMessage());
  }

  @Test
  void noAnswerIsNoMeasurement() {
    assertThrows(IOException.class, () -> Wrk.parse(numbers(0, 0)));
  }

  @Test
  void outputWithoutNumbersIsRefused() {
    assertThrows(IOException.class, () -> Wrk.parse(SUMMARY));
    assertThrows(IOException.class, () -> Wrk.parse(""));
    assertThrows(IOException.class, () -> Wrk.parse("{\"us\":1}"));
    assertThrows(IOException.class, () -> Wrk.parse("{\"us\":"));
  }

  @Test
  void aMissingProgramIsNamedWithItsOption() {
    String why = new Wrk(Path.of("/none/wrk"), Path.of("/"), null).missing().orElseThrow();
    assertTrue(why.contains("/none/wrk") && why.contains("--wrk"), why);
  }
}
