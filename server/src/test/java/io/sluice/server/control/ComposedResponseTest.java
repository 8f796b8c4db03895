package io.sluice.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ComposedResponseTest {
  @Test
  void theDayOfTheMonthHasTwoDigits() {
    Instant moment = Instant.parse("1994-11-06T08:49:37Z");
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", ComposedResponse.date(moment));
  }
}
