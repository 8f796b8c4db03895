package io.sluice.perf;

import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.FileTree;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.contender.NginxContender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.NodeProgram;
import io.sluice.perf.contender.Wrk;
import io.sluice.perf.data.DataLock;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import io.sluice.perf.workload.ColdWorkload;
import io.sluice.perf.workload.HerdWorkload;
import io.sluice.perf.workload.HotWorkload;
import io.sluice.perf.workload.IdleWorkload;
import io.sluice.perf.workload.LimitedWorkload;
import io.sluice.perf.workload.ManifestsWorkload;
import io.sluice.perf.workload.MemoryWorkload;
import io.sluice.perf.workload.MissingWorkload;
import io.sluice.perf.workload.MixWorkload;
import io.sluice.perf.workload.OrdersWorkload;
import io.sluice.perf.workload.RelayWorkload;
import io.sluice.perf.workload.RollingWorkload;
import io.sluice.perf.workload.SlowWorkload;
import io.sluice.perf.workload.SmallWorkload;
import io.sluice.perf.workload.SoakWorkload;
import io.sluice.perf.workload.Stage;
import io.sluice.perf.workload.StartWorkload;
import io.sluice.perf.workload.Timetable;
import io.sluice.perf.workload.Workload;
import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sluice bench}: the same work on a node and on what people would use instead, in one run,
 * against the promises that are made about it.
 *
 * <p>Ends with 0 when all bounds hold, 1 when one is missed or something failed while measuring,
 * and 2 when it was called wrongly or cannot measure on this machine.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures a node beside nginx and fio, and checks what is promised about it.",
    footer = {
      "",
      "./sluice bench micro measures single steps of a node.",
      "",
      "Needs root, for control groups. Ends with 0 when all bounds hold, 1 when one is missed, 2"
          + " when it cannot measure."
    })
public final class Bench implements Callable<Integer> {
  private static final int EXIT_MISSED = 1;
  private static final int EXIT_USAGE = 2;
  private static final double NS_PER_S = 1e9;
  private static final int FULL_LAYERS = 8;
  private static final int QUICK_LAYERS = 4;
  private static final long FULL_LAYER_BYTES = 512L << 20;
  private static final long QUICK_LAYER_BYTES = 64L << 20;
  private static final long FULL_HERD_BYTES = 2L << 30;
  private static final long QUICK_HERD_BYTES = 64L << 20;
  private static final List<Workload> WORKLOADS =
      List.of(
          new MemoryWorkload(),
          new LimitedWorkload(),
          new OrdersWorkload(),
          new HerdWorkload(),
          new ColdWorkload(),
          new HotWorkload(),
          new ManifestsWorkload(),
          new RelayWorkload(),
          new SmallWorkload(),
          new MixWorkload(),
          new SlowWorkload(),
          new IdleWorkload(),
          new MissingWorkload(),
          new RollingWorkload(),
          new StartWorkload(),
          new SoakWorkload());

  @Spec private CommandSpec spec;

  @Mixin private BenchOptions options = new BenchOptions();

  /** A command that has not been run yet. */
  public Bench() {}

  /**
   * Runs the command and ends the process.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Workload> chosen = chosen();
    Lineup lineup = lineup();
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage;
      Map<String, String> environment;
      Output output;
      try {
        Linux.requireSupportedPlatform();
        CgroupMounts mounts = CgroupMounts.find();
        // First of all, since writing the layers takes a while.
        Cgroup.create(mounts, "sluice-bench-" + ProcessHandle.current().pid(), cleanup).close();
        output = Output.open(options);
        stage = stage(chosen, lineup, mounts, cleanup);
        environment = Environment.describe(options, stage);
      } catch (IOException | LinuxException | UnsupportedOperationException e) {
        System.err.println("cannot measure: " + e.getMessage());
        return EXIT_USAGE;
      }
      try (output) {
        return measure(chosen, stage, environment, output);
      }
    }
  }

  private List<Workload> chosen() {
    Optional<String> wrong = options.wrong();
    if (wrong.isPresent()) {
      throw new ParameterException(spec.commandLine(), wrong.get());
    }
    for (String name : options.only()) {
      if (WORKLOADS.stream().noneMatch(w -> w.name().equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no scenario '"
                + name
                + "': choose from "
                + String.join(", ", WORKLOADS.stream().map(Workload::name).toList()));
      }
    }
    List<Workload> chosen =
        new ArrayList<>(
            WORKLOADS.stream()
                .filter(w -> options.only().isEmpty() || options.only().contains(w.name()))
                .toList());
    if (options.quick) {
      // Last, since its node has to be idle for a while: meanwhile others are measured.
      chosen.sort(Comparator.comparing(MemoryWorkload.class::isInstance));
    }
    return chosen;
  }

  private Lineup lineup() {
    try {
      Lineup lineup = options.lineup();
      Optional<String> wrong = lineup.wrong();
      if (wrong.isPresent()) {
        throw new ParameterException(spec.commandLine(), wrong.get());
      }
      return lineup;
    } catch (StartupException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Stage stage(List<Workload> chosen, Lineup lineup, CgroupMounts mounts, Cleanup cleanup)
      throws IOException {
    Path data = options.data;
    boolean quick = options.quick;
    int count = quick ? QUICK_LAYERS : FULL_LAYERS;
    long bytes = quick ? QUICK_LAYER_BYTES : FULL_LAYER_BYTES;
    long herdBytes = quick ? QUICK_HERD_BYTES : FULL_HERD_BYTES;
    boolean herd = chosen.stream().anyMatch(HerdWorkload.class::isInstance);
    Files.createDirectories(data);
    cleanup.keep(() -> DataLock.of(data), DataLock::close);
    List<LayerPlan> plans = new ArrayList<>(List.of(LayerPlan.equal(count, bytes)));
    if (herd) {
      plans.add(LayerPlan.equal(1, herdBytes));
    }
    chosen.forEach(workload -> plans.addAll(workload.data(options.plan())));
    LayerSet.checkRoom(data, plans.stream().mapToLong(plan -> plan.missingBytes(data)).sum());
    Path runDirectory =
        cleanup.keep(() -> Files.createTempDirectory("sluice-bench-"), FileTree::delete).get();
    NodeProgram program =
        NodeProgram.of(options.node(), options.nodeFlags(), options.checkout(), data, cleanup);
    NodeContender node = new NodeContender(program, runDirectory, cleanup);
    NginxContender peer = new NginxContender(options.nginx, runDirectory, cleanup);
    List<Contender> others = lineup.others(node, peer, runDirectory, cleanup);
    long present = others.stream().filter(other -> other.missing().isEmpty()).count();
    Timetable timetable =
        new Timetable(chosen.stream().map(Workload::name).toList(), options.plan(), (int) present);
    progress(timetable.text());
    return new Stage(
        node,
        peer,
        others,
        new Fio(options.fio, runDirectory, cleanup),
        new Wrk(options.wrk, runDirectory, cleanup),
        layers(count, bytes, cleanup),
        herd ? Optional.of(layers(1, herdBytes, cleanup)) : Optional.empty(),
        new Stage.Data(data, options.keepData),
        mounts,
        cleanup,
        options.plan(),
        timetable,
        Bench::progress,
        new AtomicInteger());
  }

  private LayerSet layers(int count, long bytes, Cleanup cleanup) throws IOException {
    LayerPlan plan = LayerPlan.equal(count, bytes);
    return LayerSet.prepare(options.data, plan, options.keepData, cleanup, Bench::progress);
  }

  private static int measure(
      List<Workload> chosen, Stage stage, Map<String, String> environment, Output output)
      throws InterruptedException {
    List<ScenarioReport> reports = new ArrayList<>();
    output.environment(environment);
    boolean passed = true;
    for (Workload workload : chosen) {
      workload.begin(stage);
    }
    for (Workload workload : chosen) {
      long startNs = System.nanoTime();
      try {
        reports.add(
            stage.timetable().begin(workload.name()) ? workload.run(stage) : late(workload));
      } catch (IOException | LinuxException e) {
        ScenarioReport broken = new ScenarioReport(workload.name(), "could not be measured");
        broken.fail(workload.name(), e.getMessage());
        reports.add(broken);
      }
      double seconds = (System.nanoTime() - startNs) / NS_PER_S;
      progress(workload.name() + ": took " + Series.number(seconds) + " s");
      ScenarioReport report = reports.get(reports.size() - 1);
      output.scenario(report);
      passed &= report.failures().keySet().stream().noneMatch(stage::counts);
      passed &= report.bounds().stream().allMatch(Bound::passed);
    }
    try {
      output.finish(Environment.atEnd(environment), reports);
    } catch (IOException e) {
      System.err.println("cannot write the report: " + e);
      passed = false;
    }
    return passed ? 0 : EXIT_MISSED;
  }

  private static ScenarioReport late(Workload workload) {
    ScenarioReport report = new ScenarioReport(workload.name(), "left out");
    report.note(
        "left out, since this machine is too slow for all scenarios within a minute: --only "
            + workload.name()
            + " --quick measures it");
    progress(workload.name() + ": left out, since the minute is over");
    return report;
  }

  /** Says what is going on, and how long the run has taken. */
  private static void progress(String line) {
    long seconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1_000;
    System.err.printf("[%d:%02d] %s%n", seconds / 60, seconds % 60, line);
  }
}
