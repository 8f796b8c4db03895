package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TimetableTest {
  private static final List<String> ALL =
      List.of(
          "memory",
          "limited",
          "orders",
          "herd",
          "cold",
          "hot",
          "manifests",
          "relay",
          "small",
          "mix",
          "slow",
          "idle",
          "missing",
          "rolling",
          "start",
          "soak");
  private static final int OTHERS = 6;
  private static final int ROUNDS = 3;
  private static final double SLACK_S = 10;

  private final AtomicReference<Double> elapsedS = new AtomicReference<>(0.0);

  private static Stage.Plan plan(boolean quick, boolean timed) {
    int rounds = quick ? 1 : ROUNDS;
    return new Stage.Plan(rounds, quick, 1L << 30, 0, 1, Optional.empty(), timed);
  }

  private Timetable of(boolean quick, boolean timed) {
    return new Timetable(ALL, plan(quick, timed), OTHERS, elapsedS::get);
  }

  @Test
  void everythingFitsIntoAQuarterOfAnHourAndAQuickRunIntoAMinute() {
    double full = of(false, true).seconds();
    assertTrue(full <= Timetable.FULL_MAX_S, "a full run takes " + full + " s");
    double quick = of(true, true).seconds();
    assertTrue(quick <= Timetable.QUICK_MAX_S, "a quick run takes " + quick + " s");
  }

  @Test
  void roundsAreLeftOutWhenScenariosThatFollowNeedTheTime() {
    Timetable timetable = of(false, true);
    timetable.begin("soak");
    elapsedS.set(Timetable.FULL_MAX_S - SLACK_S);
    assertEquals(SLACK_S, timetable.leftS());
    assertTrue(timetable.room(SLACK_S));
    assertFalse(timetable.room(SLACK_S + 1));
    timetable.begin("start");
    assertFalse(timetable.room(1));
    assertEquals(0, timetable.leftS());
  }

  @Test
  void whoeverSaysHowMuchGetsAllOfIt() {
    Timetable timetable = of(false, false);
    elapsedS.set(2 * Timetable.FULL_MAX_S);
    assertTrue(timetable.begin("soak"));
    assertTrue(timetable.room(Timetable.FULL_MAX_S));
  }

  @Test
  void aQuickRunLeavesOutWhatComesTooLate() {
    Timetable timetable = of(true, true);
    assertTrue(timetable.begin("soak"));
    elapsedS.set(Timetable.QUICK_MAX_S);
    assertFalse(timetable.begin("soak"));
  }

  @Test
  void whatItTakesIsSaid() {
    String text = of(true, true).text();
    assertTrue(
        text.startsWith("about ") && text.contains("memory ") && text.contains("soak "), text);
  }
}
