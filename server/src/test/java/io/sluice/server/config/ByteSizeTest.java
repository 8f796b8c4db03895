package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "7B, 7",
    "512KiB, 524288",
    "512 kib, 524288",
    "32MiB, 33554432",
    "1GiB, 1073741824",
    "8589934591GiB, 9223372035781033984"
  })
  void readsBinaryUnits(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text).bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MiB", "-1", "1.5MiB", "32MB", "32M", "32MiBs", "0x10", "٣", "1 2", "MiB32"})
  void refusesWhatItWouldHaveToGuess(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    assertTrue(e.getMessage().contains("for example 32MiB"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"8589934592GiB", "9223372036854775808", "99999999999999999999"})
  void refusesWhatDoesNotFitIntoALong(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    assertTrue(e.getMessage().startsWith("larger than any memory"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "1023", "1KiB", "1025", "3MiB", "1GiB", "1536MiB"})
  void writesWhatItReads(String text) {
    assertEquals(text, ByteSize.parse(text).toString());
  }

  @Test
  void refusesANegativeSize() {
    assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1));
  }
}
