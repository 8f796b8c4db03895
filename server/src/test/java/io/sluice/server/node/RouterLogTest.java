package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterLogTest {
  private long nowNs;
  private final List<String> logged = new ArrayList<>();
  private final RouterLog log = new RouterLog(logged::add, () -> nowNs);

  @Test
  void theSameSentenceIsLoggedOnceInAWhile() {
    log.accept("alone");
    nowNs = RouterLog.REPEAT_NS - 1;
    log.accept("alone");
    assertEquals(List.of("alone"), logged);
    nowNs++;
    log.accept("alone");
    assertEquals(List.of("alone", "alone"), logged);
  }

  @Test
  void anotherSentenceIsLoggedAtOnce() {
    log.accept("alone");
    log.accept("refused");
    log.accept("alone");
    assertEquals(List.of("alone", "refused", "alone"), logged);
  }
}
