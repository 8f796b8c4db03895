package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final int ROUNDS = 3;
  private static final Stage.Plan PLAN = new Stage.Plan(ROUNDS, false, 1, 1);

  private final ScenarioReport report = new ScenarioReport("test", "a test");

  private static Stage stage() {
    return new Stage(
        null,
        null,
        List.of(),
        null,
        null,
        null,
        Optional.empty(),
        null,
        null,
        null,
        PLAN,
        new Timetable(List.of(), PLAN, 0),
        line -> {},
        new AtomicInteger());
  }

  @Test
  void roundsGoForwardsAndBackwards() throws InterruptedException {
    List<String> order = new ArrayList<>();
    try (Contest contest = new Contest(stage(), report)) {
      contest.also("a", () -> order.add("a"));
      contest.also("b", () -> order.add("b"));
      contest.run();
    }
    assertEquals(List.of("a", "b", "b", "a", "a", "b"), order);
  }

  @Test
  void whatFailsIsMarkedAndNothingOfItCounts() throws InterruptedException {
    AtomicInteger attempts = new AtomicInteger();
    try (Contest contest = new Contest(stage(), report)) {
      contest.also(
          "bad",
          () -> {
            report.add("bad", "throughput", "GiB/s", 9);
            if (attempts.incrementAndGet() == 2) {
              throw new IOException("it died");
            }
          });
      contest.also("good", () -> report.add("good", "throughput", "GiB/s", 1));
      contest.run();
    }
    assertEquals(2, attempts.get());
    assertEquals(Map.of("bad", "it died"), report.failures());
    assertTrue(report.series("bad", "throughput").isEmpty());
    assertTrue(report.ratio("throughput", "good", "bad").isEmpty());
    assertEquals(ROUNDS, report.series("good", "throughput").orElseThrow().values().size());
  }
}
