package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0s, 0",
    "1ms, 1000000",
    "500ms, 500000000",
    "10s, 10000000000",
    "10 s, 10000000000",
    "2m, 120000000000",
    "1h, 3600000000000"
  })
  void readsWholeNumbersWithAUnit(String text, long durationNs) {
    assertEquals(durationNs, Durations.parseNs(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "10", "-1s", "1.5s", "10sec", "1m30s", "10S", "99999999999999h"})
  void refusesTheRestWithAnExample(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Durations.parseNs(text));
    assertTrue(e.getMessage().contains("for example 10s"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "1ms", "1500ms", "10s", "90s", "2m", "61m", "2h"})
  void writesWhatItReads(String text) {
    assertEquals(text, Durations.format(Durations.parseNs(text)));
  }
}
