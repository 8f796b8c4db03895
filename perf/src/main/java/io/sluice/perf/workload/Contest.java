package io.sluice.perf.workload;

import io.sluice.linux.LinuxException;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Contenders that stay started while they are measured in turns. One that fails is marked in the
 * report, and left out from then on; the others go on. One thread.
 */
final class Contest implements AutoCloseable {
  private static final double NS_PER_S = 1e9;

  private final Stage stage;
  private final ScenarioReport report;
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> out = new HashSet<>();

  /** What is done with a contender. */
  @FunctionalInterface
  interface Turn {
    /**
     * Does it once.
     *
     * @param subject what the figures are reported as
     * @param session the contender
     * @throws IOException when the contender failed
     * @throws InterruptedException when this thread is interrupted
     */
    void run(String subject, Session session) throws IOException, InterruptedException;
  }

  /**
   * One measurement of each round.
   *
   * @param subject what the figures are reported as
   * @param owner what is out of the contest when it fails: a contender, or the subject itself
   * @param rounds how many rounds it is in, from the first
   * @param step the measurement
   */
  private record Entry(String subject, String owner, int rounds, Stage.Step step) {}

  Contest(Stage stage, ScenarioReport report) {
    this.stage = stage;
    this.report = report;
  }

  /**
   * Starts a contender, which stays until the contest is closed, and warms it up.
   *
   * @param contender the contender
   * @param layers what it serves
   * @param limit the most memory that may be charged to it; empty for no limit
   * @param warmUp done once, before anything is measured
   */
  void enter(Contender contender, LayerSet layers, OptionalLong limit, Turn warmUp)
      throws InterruptedException {
    String name = contender.name();
    if (late(contender)) {
      return;
    }
    guard(
        name,
        name,
        () -> {
          stage.progress().accept(report.name() + ": starting and warming up " + name);
          Session session = Session.open(stage, contender, layers, limit);
          sessions.put(name, session);
          warmUp.run(name, session);
        });
  }

  /** Leaves out a contender that no promise is about when the run is late, and says so. */
  private boolean late(Contender contender) {
    boolean late = stage.others().contains(contender) && !stage.timetable().room(0);
    if (late) {
      report.note(
          "without "
              + contender.name()
              + ": the run would take too long (--rounds N takes any time)");
    }
    return late;
  }

  /**
   * Starts and warms up contenders, without a limit, and adds a measurement of each.
   *
   * @param contenders who
   * @param warmUp done once for each
   * @param turn the measurement
   */
  void enterAll(List<Contender> contenders, Turn warmUp, Turn turn) throws InterruptedException {
    for (Contender contender : contenders) {
      enter(contender, stage.layers(), OptionalLong.empty(), warmUp);
      turn(contender, contender.name(), turn);
    }
  }

  /**
   * Adds a measurement of a contender, if it has entered: to each round, or to the first only when
   * no promise is about it.
   */
  void turn(Contender contender, String subject, Turn turn) {
    turn(contender, subject, stage.rounds(), turn);
  }

  /**
   * Adds a measurement of a contender, if it has entered, to some rounds.
   *
   * @param contender who
   * @param subject what the figures are reported as
   * @param rounds how many, from the first; there may be fewer
   * @param turn the measurement
   */
  void turn(Contender contender, String subject, int rounds, Turn turn) {
    Session session = sessions.get(contender.name());
    if (session != null && !out.contains(contender.name())) {
      int most = stage.others().contains(contender) ? 1 : rounds;
      entries.add(new Entry(subject, contender.name(), most, () -> turn.run(subject, session)));
    }
  }

  /** Adds a measurement of something else to each round. */
  void also(String subject, Stage.Step step) {
    also(subject, stage.rounds(), step);
  }

  /**
   * Adds a measurement of something else to some rounds.
   *
   * @param subject what the figures are reported as
   * @param rounds how many, from the first; there may be fewer
   * @param step the measurement
   */
  void also(String subject, int rounds, Stage.Step step) {
    entries.add(new Entry(subject, subject, rounds, step));
  }

  /** Measures all of them, round after round. */
  void run() throws InterruptedException {
    run(stage.rounds());
  }

  /** The same, but only so many rounds unless somebody asked for more. */
  void runAtMost(int rounds) throws InterruptedException {
    run(stage.rounds(rounds));
  }

  /** Measures all of them in one round, however many were asked for. */
  void once() throws InterruptedException {
    run(1);
  }

  private void run(int most) throws InterruptedException {
    int rounds = Math.min(most, entries.stream().mapToInt(Entry::rounds).max().orElse(0));
    double repeatedS = 0;
    for (int round = 0; round < rounds; round++) {
      if (round > 0 && !stage.timetable().room(repeatedS)) {
        report.note(
            "measured in "
                + round
                + " of "
                + rounds
                + " rounds, since the run would take too long (--rounds "
                + rounds
                + " does all of them)");
        return;
      }
      stage.progress().accept(report.name() + ": round " + (round + 1) + " of " + rounds);
      repeatedS = run(round, rounds);
    }
  }

  /** Does one round; returns the seconds of those that are in the next one, too. */
  private double run(int round, int rounds) throws InterruptedException {
    double repeatedS = 0;
    for (Entry entry : Stage.inTurns(round, entries)) {
      if (round < entry.rounds() && !out.contains(entry.owner())) {
        long startNs = System.nanoTime();
        guard(entry.subject(), entry.owner(), entry.step());
        repeatedS += round + 1 < entry.rounds() ? (System.nanoTime() - startNs) / NS_PER_S : 0;
      }
    }
    if (round + 1 < rounds) {
      sessions.forEach((name, session) -> closeIfDone(name, session, round));
    }
    return repeatedS;
  }

  /** Stops a contender that takes part in no further round. */
  private void closeIfDone(String name, Session session, int round) {
    List<Entry> own = entries.stream().filter(entry -> entry.owner().equals(name)).toList();
    if (!own.isEmpty() && own.stream().allMatch(entry -> entry.rounds() <= round + 1)) {
      session.close();
    }
  }

  private void guard(String subject, String owner, Stage.Step step) throws InterruptedException {
    try {
      step.run();
    } catch (IOException | LinuxException e) {
      stage.progress().accept(report.name() + ": " + subject + " failed: " + e.getMessage());
      out.add(owner);
      if (sessions.containsKey(owner)) {
        sessions.get(owner).close();
      }
      report.fail(subject, e.getMessage());
      // What a contender did before it failed is no measurement of a server that works.
      entries.stream()
          .filter(entry -> entry.owner().equals(owner) && !entry.subject().equals(subject))
          .forEach(
              entry -> report.fail(entry.subject(), "not counted, since " + subject + " failed"));
    }
  }

  /** Stops all contenders. */
  @Override
  public void close() {
    sessions.values().forEach(Session::close);
  }
}
