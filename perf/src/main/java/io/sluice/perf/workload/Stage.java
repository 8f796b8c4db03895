package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.CpuQuota;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.contender.NginxContender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.Wrk;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What every workload works with.
 *
 * @param node the contender that the promises are about
 * @param peer what it is compared with
 * @param others what is measured beside the two where no promise depends on it
 * @param fio what the disk can do
 * @param wrk makes many small requests
 * @param layers what is served
 * @param herdLayers one large layer; empty when no chosen workload serves it
 * @param data where workloads write what they serve besides
 * @param mounts where control groups are made
 * @param cleanup undoes everything when the run is interrupted
 * @param plan how long and how often
 * @param timetable how long it may take
 * @param progress gets lines for people
 * @param groupCount numbers the control groups
 */
public record Stage(
    NodeContender node,
    NginxContender peer,
    List<Contender> others,
    Fio fio,
    Wrk wrk,
    LayerSet layers,
    Optional<LayerSet> herdLayers,
    Data data,
    CgroupMounts mounts,
    Cleanup cleanup,
    Plan plan,
    Timetable timetable,
    Consumer<String> progress,
    AtomicInteger groupCount) {

  /**
   * How long and how often is measured.
   *
   * @param rounds how often each measurement is repeated
   * @param quick whether the run is too short for promises about speed
   * @param soakBytes how much the soak serves
   * @param soakHours how long the soak takes; 0 when bytes decide
   * @param seed of what is drawn by lot
   * @param quota the CPU time of each contender; empty for all there is
   * @param timed whether less is done on a slow machine, so that the run ends in time
   */
  public record Plan(
      int rounds,
      boolean quick,
      long soakBytes,
      double soakHours,
      long seed,
      Optional<CpuQuota> quota,
      boolean timed) {
    /**
     * A plan whose soak ends by bytes, and that is done however long it takes.
     *
     * @param rounds how often each measurement is repeated
     * @param quick whether the run is too short for promises about speed
     * @param soakBytes how much the soak serves
     * @param seed of what is drawn by lot
     */
    public Plan(int rounds, boolean quick, long soakBytes, long seed) {
      this(rounds, quick, soakBytes, 0, seed, Optional.empty(), false);
    }
  }

  /**
   * Where data is written.
   *
   * @param directory on the disk that is measured
   * @param keep whether it stays after the run
   */
  public record Data(Path directory, boolean keep) {}

  /**
   * Finds or writes layers.
   *
   * @param layerPlan which ones
   * @return the layers
   * @throws IOException when they cannot be written
   */
  LayerSet layers(LayerPlan layerPlan) throws IOException {
    return LayerSet.prepare(data.directory(), layerPlan, data.keep(), cleanup, progress);
  }

  /**
   * How often each measurement is repeated.
   *
   * @return rounds, at least one
   */
  public int rounds() {
    return plan.rounds();
  }

  /** The same, but only so often unless somebody asked for more. */
  int rounds(int most) {
    return plan.timed() ? Math.min(most, rounds()) : rounds();
  }

  /**
   * Whether the run is too short for promises about speed.
   *
   * @return true for a quick run
   */
  public boolean quick() {
    return plan.quick();
  }

  /**
   * A new control group.
   *
   * @return the group, without a limit
   * @throws IOException when the kernel refuses
   */
  public Cgroup group() throws IOException {
    return group(Optional.empty());
  }

  /**
   * A new control group for a contender.
   *
   * @return the group, with the quota of CPU time that all contenders have
   * @throws IOException when the kernel refuses
   */
  Cgroup contenderGroup() throws IOException {
    return group(plan.quota());
  }

  private Cgroup group(Optional<CpuQuota> quota) throws IOException {
    String name =
        "sluice-bench-" + ProcessHandle.current().pid() + "-" + groupCount.incrementAndGet();
    return Cgroup.create(mounts, name, quota, cleanup);
  }

  /**
   * Starts a contender in a group of its own.
   *
   * @param contender the contender
   * @param limitBytes the most memory that may be charged to it; empty for no limit
   * @return the contender, answering
   * @throws IOException when it did not start
   * @throws InterruptedException when this thread is interrupted
   */
  public Session open(Contender contender, OptionalLong limitBytes)
      throws IOException, InterruptedException {
    return Session.open(this, contender, layers, limitBytes);
  }

  /**
   * Which of the two that promises are about can be run here; the report names the others.
   *
   * @param report gets a note for each one that is missing
   * @return the contenders that are there
   */
  public List<Contender> present(ScenarioReport report) {
    return present(List.of(node, peer), report);
  }

  /**
   * Which of all contenders can be run here, those that promises are about first; the report names
   * the others.
   *
   * @param report gets a note for each one that is missing
   * @return the contenders that are there
   */
  public List<Contender> all(ScenarioReport report) {
    return all(report, Set.of());
  }

  /**
   * The same without those that a scenario makes no sense for; the report says why.
   *
   * @param report gets a note for each one that is missing or makes no sense
   * @param unfit who
   * @return the contenders that are there
   */
  List<Contender> all(ScenarioReport report, Set<Unfit> unfit) {
    List<Contender> all = new ArrayList<>(present(report));
    all.addAll(presentOthers(report, unfit));
    return all;
  }

  /**
   * Whether a run is a failed one when this could not be measured. What becomes of a contender that
   * no promise is about, inside a memory limit for instance, is a finding.
   *
   * @param subject what was measured: a contender, or one under a condition
   * @return false for contenders that no promise is about
   */
  public boolean counts(String subject) {
    return others.stream()
        .map(Contender::name)
        .noneMatch(
            name ->
                subject.equals(name)
                    || subject.startsWith(name + " ")
                    || subject.startsWith(name + ","));
  }

  /** Those of all contenders that no promise is about. */
  List<Contender> presentOthers(ScenarioReport report) {
    return presentOthers(report, Set.of());
  }

  /** The same without those that a scenario makes no sense for; the report says why. */
  List<Contender> presentOthers(ScenarioReport report, Set<Unfit> unfit) {
    List<Contender> present = new ArrayList<>(present(others, report));
    for (Unfit kind : unfit) {
      List<String> names =
          present.stream().filter(kind::is).map(Contender::name).distinct().toList();
      if (!names.isEmpty()) {
        report.note("without " + String.join(", ", names) + ": " + kind.why());
        present.removeIf(kind::is);
      }
    }
    if (!present.isEmpty()) {
      report.note(
          "contenders that no promise is about are measured in the first round only, after less to"
              + " warm up");
    }
    return present;
  }

  private static List<Contender> present(List<Contender> contenders, ScenarioReport report) {
    List<Contender> present = new ArrayList<>();
    for (Contender contender : contenders) {
      contender
          .missing()
          .ifPresentOrElse(
              why -> report.note("without " + contender.name() + ": " + why),
              () -> present.add(contender));
    }
    return present;
  }

  /**
   * The order of one round: forwards in the first, backwards in the second, and so on, so that what
   * drifts on the machine favours nobody.
   *
   * @param round counts from 0
   * @param steps what is done in each round
   * @return the same in the round's order
   */
  static <T> List<T> inTurns(int round, List<T> steps) {
    List<T> order = new ArrayList<>(steps);
    if (round % 2 == 1) {
      Collections.reverse(order);
    }
    return order;
  }

  /** One step of a round. */
  @FunctionalInterface
  interface Step {
    /**
     * Measures one contender once.
     *
     * @throws IOException when it failed
     * @throws InterruptedException when this thread is interrupted
     */
    void run() throws IOException, InterruptedException;
  }
}
