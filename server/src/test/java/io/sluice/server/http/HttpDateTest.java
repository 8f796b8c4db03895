package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpDateTest {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final long LAST_SECOND = 253_402_300_799L;

  private final HttpDate date = new HttpDate();

  private String at(long epochSeconds) {
    date.update(epochSeconds);
    return new String(date.text(), StandardCharsets.US_ASCII);
  }

  @Test
  void formatsAsTheStandardShows() {
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", at(784_111_777));
    assertEquals(HttpDate.LENGTH, date.text().length);
  }

  @Test
  void agreesWithTheLibraryOnAnyTime() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      long seconds = random.nextLong(LAST_SECOND + 1);
      assertEquals(FORMAT.format(Instant.ofEpochSecond(seconds)), at(seconds));
    }
  }

  @Test
  void agreesWithTheLibraryFromDayToDayOverLeapYears() {
    for (long day = 10_000; day < 20_000; day++) {
      long seconds = day * 86_400 + 86_399;
      assertEquals(FORMAT.format(Instant.ofEpochSecond(seconds)), at(seconds));
      assertEquals(FORMAT.format(Instant.ofEpochSecond(seconds + 1)), at(seconds + 1));
    }
  }

  @Test
  void staysWithinYearsOfFourDigits() {
    assertEquals("Thu, 01 Jan 1970 00:00:00 GMT", at(-1));
    assertEquals("Fri, 31 Dec 9999 23:59:59 GMT", at(Long.MAX_VALUE));
  }
}
