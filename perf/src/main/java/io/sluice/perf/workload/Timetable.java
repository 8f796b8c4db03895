package io.sluice.perf.workload;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * How long scenarios take, and what a run leaves out so that it ends in time on a machine that is
 * slower: of a full one repetitions, and contenders that no promise is about; of a quick one the
 * last scenarios. Whoever says how much is to be done gets all of it. One thread.
 */
public final class Timetable {
  /** A full run ends within 15 minutes; the rest is for the report. */
  static final double FULL_MAX_S = 880;

  /** A quick one within a minute. */
  static final double QUICK_MAX_S = 58;

  private static final double MS_PER_S = 1e3;
  private static final int S_PER_MINUTE = 60;

  /** Writing layers, and the report. */
  private static final double AROUND_S = 20;

  private static final double QUICK_AROUND_S = 2;

  /**
   * Seconds on two cores and a disk that reads 2 GiB a second.
   *
   * @param once starts and warm-ups, and what is not repeated
   * @param round of those that promises are about
   * @param rounds how many there are at most, unless somebody asked for more
   * @param other for each other contender
   * @param quick a quick run of it
   */
  private record Row(double once, double round, int rounds, double other, double quick) {}

  private static final Map<String, Row> ROWS =
      Map.ofEntries(
          Map.entry("memory", new Row(17, 35, 2, 10.5, 7)),
          Map.entry("limited", new Row(40, 6, 9, 3.3, 3)),
          Map.entry("orders", new Row(11, 39, 1, 0, 3)),
          Map.entry("herd", new Row(16, 21, 2, 2.5, 4)),
          Map.entry("cold", new Row(12.5, 13.5, 9, 6, 4)),
          Map.entry("hot", new Row(11, 7, 9, 3.5, 3)),
          Map.entry("manifests", new Row(11, 7, 9, 1.7, 4.5)),
          Map.entry("relay", new Row(24, 12, 9, 0, 5.5)),
          Map.entry("small", new Row(10, 7.5, 2, 4, 2.5)),
          Map.entry("mix", new Row(6, 6.5, 2, 4, 3)),
          Map.entry("slow", new Row(14, 10, 9, 3.5, 3)),
          Map.entry("idle", new Row(5, 6, 2, 1.3, 2.5)),
          Map.entry("missing", new Row(10, 7, 2, 1.3, 3.5)),
          Map.entry("rolling", new Row(6, 6, 2, 0, 4)),
          Map.entry("start", new Row(1, 2.5, 9, 0.4, 1.5)),
          Map.entry("soak", new Row(20, 0, 0, 0, 1.5)));

  private final List<String> scenarios;
  private final Stage.Plan plan;
  private final int others;
  private final DoubleSupplier elapsedS;
  private int current;

  /**
   * The timetable of a run.
   *
   * @param scenarios what will be done, in order
   * @param plan how long and how often
   * @param others how many contenders besides those that promises are about
   */
  public Timetable(List<String> scenarios, Stage.Plan plan, int others) {
    this(
        scenarios, plan, others, () -> ManagementFactory.getRuntimeMXBean().getUptime() / MS_PER_S);
  }

  /** The same with a clock that tells how many seconds the run has taken. */
  Timetable(List<String> scenarios, Stage.Plan plan, int others, DoubleSupplier elapsedS) {
    this.scenarios = List.copyOf(scenarios);
    this.plan = plan;
    this.others = others;
    this.elapsedS = elapsedS;
  }

  private double seconds(String scenario) {
    Row row = ROWS.get(scenario);
    if (plan.quick()) {
      return row.quick();
    }
    if (scenario.equals("soak") && plan.soakHours() > 0) {
      return plan.soakHours() * S_PER_MINUTE * S_PER_MINUTE;
    }
    int rounds = plan.timed() ? Math.min(plan.rounds(), row.rounds()) : plan.rounds();
    return row.once() + rounds * row.round() + others * row.other();
  }

  private double seconds(List<String> some) {
    return some.stream().mapToDouble(this::seconds).sum();
  }

  /** Seconds of all of them. */
  double seconds() {
    return seconds(scenarios) + (plan.quick() ? QUICK_AROUND_S : AROUND_S);
  }

  /**
   * How long it will take, in words.
   *
   * @return a sentence without a period
   */
  public String text() {
    List<String> each = new ArrayList<>();
    scenarios.forEach(scenario -> each.add(scenario + " " + Math.round(seconds(scenario))));
    double seconds = seconds();
    String sum =
        seconds < 2 * S_PER_MINUTE
            ? Math.round(seconds) + " seconds"
            : Math.round(seconds / S_PER_MINUTE) + " minutes";
    return "about " + sum + " on a quiet machine; seconds of each: " + String.join(", ", each);
  }

  /**
   * Begins a scenario.
   *
   * @param scenario its name
   * @return false when it has to be left out, since a quick run would take too long; memory, which
   *     comes last in one, never is
   */
  public boolean begin(String scenario) {
    current = scenarios.indexOf(scenario);
    if (!plan.timed() || !plan.quick() || scenario.equals(MemoryWorkload.NAME)) {
      return true;
    }
    boolean memoryFollows = scenarios.indexOf(MemoryWorkload.NAME) > current;
    double memoryS = memoryFollows ? seconds(MemoryWorkload.NAME) : 0;
    // What is left of a scenario's time is not worth less than half of it.
    return elapsedS.getAsDouble() + seconds(scenario) / 2 + memoryS <= QUICK_MAX_S;
  }

  /**
   * Whether there is time for something, if those scenarios that follow get theirs.
   *
   * @param seconds how long it takes
   * @return false when the run would take too long; always true when it may take any time
   */
  boolean room(double seconds) {
    return !plan.timed() || seconds <= leftS() && leftS() > 0;
  }

  /** Seconds that this scenario may still take; none when the run is late. */
  double leftS() {
    double max = plan.quick() ? QUICK_MAX_S : FULL_MAX_S;
    List<String> later = scenarios.subList(current + 1, scenarios.size());
    return Math.max(0, max - elapsedS.getAsDouble() - seconds(later));
  }
}
