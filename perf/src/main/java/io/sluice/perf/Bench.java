package io.sluice.perf;

import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.FileTree;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.contender.NginxContender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.data.RuntimeCopy;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.JsonReport;
import io.sluice.perf.report.MemoryPicture;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.TextReport;
import io.sluice.perf.workload.ColdWorkload;
import io.sluice.perf.workload.MemoryWorkload;
import io.sluice.perf.workload.SoakWorkload;
import io.sluice.perf.workload.Stage;
import io.sluice.perf.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "Needs root, for control groups. Ends with 0 when all bounds hold, 1 when one is missed, 2"
          + " when it cannot measure."
    })
public final class Bench implements Callable<Integer> {
  private static final int EXIT_MISSED = 1;
  private static final int EXIT_USAGE = 2;
  private static final int FULL_LAYERS = 8;
  private static final int QUICK_LAYERS = 4;
  private static final long FULL_LAYER_BYTES = 512L << 20;
  private static final long QUICK_LAYER_BYTES = 128L << 20;
  private static final int QUICK_SOAK_GIB_MAX = 4;
  private static final List<Workload> WORKLOADS =
      List.of(new MemoryWorkload(), new ColdWorkload(), new SoakWorkload());

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SCENARIO",
      description = "Only these of memory, cold, soak (default: all).")
  private List<String> only = List.of();

  @Option(
      names = "--quick",
      description =
          "Small layers and one round, within a minute; bounds about speed are not judged.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each measurement is repeated, in turns (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--soak-gib",
      paramLabel = "N",
      description = "How much the soak serves (default: ${DEFAULT-VALUE}).")
  private int soakGib = 100;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write everything as JSON.")
  private Path json;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Also draw the memory scenario over time, as SVG.")
  private Path picture;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the layers are written, 4 GiB (default: sluice/bench in the XDG cache directory).")
  private Path data = defaultData();

  @Option(names = "--keep-data", description = "Keep the layers for the next run.")
  private boolean keepData;

  @Option(
      names = "--node",
      split = " ",
      paramLabel = "COMMAND",
      description = "The launcher of the node, and flags for serve (default: ${DEFAULT-VALUE}).")
  private List<String> node = List.of(System.getProperty("sluice.script", "./sluice"));

  @Option(
      names = "--nginx",
      paramLabel = "FILE",
      description = "The nginx program (default: ${DEFAULT-VALUE}).")
  private Path nginx = Path.of("/usr/sbin/nginx");

  @Option(
      names = "--fio",
      paramLabel = "FILE",
      description = "The fio program (default: ${DEFAULT-VALUE}).")
  private Path fio = Path.of("/usr/bin/fio");

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

  private static Path defaultData() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("sluice/bench");
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Workload> chosen = chosen();
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage;
      Map<String, String> environment;
      try {
        Linux.requireSupportedPlatform();
        CgroupMounts mounts = CgroupMounts.find();
        // First of all, since writing the layers takes a while.
        Cgroup.create(mounts, "sluice-bench-" + ProcessHandle.current().pid(), cleanup).close();
        stage = stage(mounts, cleanup);
        environment = Environment.describe(data, nginx, fio, mounts);
      } catch (IOException | LinuxException | UnsupportedOperationException e) {
        System.err.println("cannot measure: " + e.getMessage());
        return EXIT_USAGE;
      }
      return measure(chosen, stage, environment);
    }
  }

  private List<Workload> chosen() {
    if (rounds < 1 || soakGib < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds and --soak-gib must be 1 or more");
    }
    for (String name : only) {
      if (WORKLOADS.stream().noneMatch(w -> w.name().equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no scenario '" + name + "': choose from memory, cold and soak");
      }
    }
    return WORKLOADS.stream().filter(w -> only.isEmpty() || only.contains(w.name())).toList();
  }

  private Stage stage(CgroupMounts mounts, Cleanup cleanup) throws IOException {
    Path runDirectory =
        cleanup.keep(() -> Files.createTempDirectory("sluice-bench-"), FileTree::delete).get();
    LayerSet layers =
        LayerSet.prepare(
            data,
            quick ? QUICK_LAYERS : FULL_LAYERS,
            quick ? QUICK_LAYER_BYTES : FULL_LAYER_BYTES,
            keepData,
            cleanup,
            Bench::progress);
    // The launcher keeps the jars that it runs beside itself.
    Path jars = Path.of(node.get(0)).resolveSibling("target/dist/current/server");
    RuntimeCopy runtime =
        RuntimeCopy.of(Path.of(System.getProperty("java.home")), data, jars, cleanup);
    long soak = quick ? Math.min(soakGib, QUICK_SOAK_GIB_MAX) : soakGib;
    return new Stage(
        new NodeContender(node, runtime, runDirectory, cleanup),
        new NginxContender(nginx, runDirectory, cleanup),
        new Fio(fio, runDirectory, cleanup),
        layers,
        mounts,
        cleanup,
        quick ? 1 : rounds,
        quick,
        soak << 30,
        Bench::progress,
        new AtomicInteger());
  }

  private int measure(List<Workload> chosen, Stage stage, Map<String, String> environment)
      throws InterruptedException {
    List<ScenarioReport> reports = new ArrayList<>();
    TextReport text = new TextReport(System.out);
    text.environment(environment);
    boolean passed = true;
    for (Workload workload : chosen) {
      try {
        ScenarioReport report = workload.run(stage);
        reports.add(report);
        text.scenario(report);
        if (picture != null && !report.timelines().isEmpty()) {
          MemoryPicture.write(picture, report);
        }
        passed &= report.bounds().stream().allMatch(Bound::passed);
      } catch (IOException | LinuxException e) {
        System.err.println(workload.name() + " failed: " + e.getMessage());
        passed = false;
      }
    }
    try {
      if (json != null) {
        JsonReport.write(json, environment, reports);
      }
    } catch (IOException e) {
      System.err.println("cannot write " + json + ": " + e);
      passed = false;
    }
    return passed ? 0 : EXIT_MISSED;
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
