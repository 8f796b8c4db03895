package io.sluice.perf;

import io.sluice.perf.confine.CpuQuota;
import io.sluice.perf.contender.ContenderFile;
import io.sluice.perf.contender.NodeProgram;
import io.sluice.perf.workload.Stage;
import io.sluice.server.config.ReadMode;
import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code sluice bench} can be asked for. */
final class BenchOptions {
  private static final int ROUNDS = 3;
  private static final int SOAK_GIB = 200;
  private static final int QUICK_SOAK_GIB_MAX = 2;

  /** A month. */
  private static final double HOURS_MAX = 24 * 31;

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "The same as --only: ./sluice bench soak --hours 8")
  private List<String> scenarios = List.of();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SCENARIO",
      description =
          "Only these of memory, limited, orders, herd, cold, hot, manifests, relay, small, mix,"
              + " slow, idle, missing, rolling, start, soak (default: all).")
  private List<String> only = List.of();

  @Option(
      names = "--quick",
      description =
          "Small layers and one round, within a minute; bounds about speed are not judged.")
  boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often each measurement is repeated, in turns (default: 3, or less on a machine that"
              + " would take longer than 15 minutes).")
  Integer rounds;

  @Option(
      names = "--soak-gib",
      paramLabel = "N",
      description =
          "How much the soak serves (default: 200, or what can be served until the run has taken"
              + " 15 minutes).")
  Integer soakGib;

  @Option(
      names = "--hours",
      paramLabel = "N",
      description =
          "Soak for so long instead, parts of hours too, with a mixed load and a verdict on what"
              + " grows.")
  double hours;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of what is drawn by lot (default: another one each time; it is printed).")
  long seed = System.nanoTime() & 0xffff_ffffL;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write everything as JSON.")
  Path json;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Also draw the memory scenario over time, as SVG.")
  Path picture;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Also write report.html, bench.txt, bench.json, memory.svg and latencies for"
              + " HdrHistogram's tools (hgrm/) into this directory.")
  Path out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the layers are written, 7 GiB (default: sluice/bench in the XDG cache directory).")
  Path data = defaultData();

  @Option(names = "--keep-data", description = "Keep the layers for the next run.")
  boolean keepData;

  @Option(
      names = "--node",
      split = " ",
      paramLabel = "COMMAND",
      description =
          "The launcher of the node, and flags for serve as --name=value (default: the package"
              + " under target/package, or else this checkout's ./sluice).")
  private List<String> node = List.of();

  @Option(
      names = "--read-mode",
      paramLabel = "MODE",
      description = "How the node reads: auto, direct, dontcache or buffered (default: its own).")
  private String readMode;

  @Option(
      names = "--nginx",
      paramLabel = "FILE",
      description = "The nginx program (default: ${DEFAULT-VALUE}).")
  Path nginx = Path.of("/usr/sbin/nginx");

  @Option(
      names = "--fio",
      paramLabel = "FILE",
      description = "The fio program (default: ${DEFAULT-VALUE}).")
  Path fio = Path.of("/usr/bin/fio");

  @Option(
      names = "--wrk",
      paramLabel = "FILE",
      description = "The wrk program (default: ${DEFAULT-VALUE}).")
  Path wrk = Path.of("/usr/bin/wrk");

  @Option(
      names = "--docker-registry",
      paramLabel = "FILE",
      description = "The docker-registry program (default: ${DEFAULT-VALUE}).")
  Path dockerRegistry = Path.of("/usr/bin/docker-registry");

  @Option(
      names = "--spegel",
      paramLabel = "FILE",
      description = "The Spegel program (default: none).")
  Path spegel;

  @Option(
      names = "--contender",
      paramLabel = "FILE",
      description =
          "Also measure the server that this file describes: docs/CONTENDERS.md; may be repeated.")
  private List<Path> contenderFiles = List.of();

  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "NAME",
      description =
          "Who is measured besides sluice and nginx-sendfile, which always are, where no promise"
              + " depends on it: of sluice-direct, sluice-dontcache, sluice-buffered,"
              + " nginx-directio, docker-registry, spegel and those of --contender (default: all;"
              + " in a quick run those of --contender).")
  List<String> contenders = List.of();

  @Option(
      names = "--cpus",
      paramLabel = "N",
      description =
          "How many CPUs' time each contender may use, such as 0.5 (default: all there is).")
  private Double cpus;

  private static Path defaultData() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("sluice/bench");
  }

  /**
   * What is wrong with the values, if anything.
   *
   * @return a sentence with the remedy
   */
  Optional<String> wrong() {
    if (rounds != null && rounds < 1 || soakGib != null && soakGib < 1) {
      return Optional.of("--rounds and --soak-gib must be 1 or more");
    }
    if (!(hours >= 0 && hours <= HOURS_MAX)) {
      return Optional.of("--hours must be from 0 to " + (int) HOURS_MAX);
    }
    if (hours > 0 && !only().isEmpty() && !only().contains("soak")) {
      return Optional.of("--hours is for the soak: write ./sluice bench soak --hours " + hours);
    }
    List<String> modes =
        Arrays.stream(ReadMode.values()).map(m -> m.name().toLowerCase(Locale.ROOT)).toList();
    if (readMode != null && !modes.contains(readMode)) {
      return Optional.of("--read-mode " + readMode + ": choose from " + String.join(", ", modes));
    }
    int processors = Runtime.getRuntime().availableProcessors();
    if (cpus != null && !(cpus >= CpuQuota.CPUS_MIN && cpus <= processors)) {
      return Optional.of(
          "--cpus must be from " + CpuQuota.CPUS_MIN + " to the " + processors + " there are");
    }
    return Optional.empty();
  }

  /**
   * Who takes part.
   *
   * @return the line-up, with what files describe
   * @throws StartupException when a file cannot be used: what is wrong with it, and the remedy
   */
  Lineup lineup() {
    return new Lineup(this, contenderFiles.stream().map(ContenderFile::read).toList());
  }

  /**
   * The scenarios that were named.
   *
   * @return their names; empty for all
   */
  List<String> only() {
    return Stream.concat(scenarios.stream(), only.stream()).toList();
  }

  /**
   * Where the sources of this harness are.
   *
   * @return the directory of the launcher that started it
   */
  Path checkout() {
    Path script = Path.of(System.getProperty("sluice.script", "./sluice"));
    return script.toAbsolutePath().getParent();
  }

  /**
   * What to start as the node.
   *
   * @return the launcher and its flags
   * @throws IOException when the directory of packages cannot be read
   */
  List<String> node() throws IOException {
    if (!node.isEmpty()) {
      return node;
    }
    Optional<Path> packaged = NodeProgram.packageOf(checkout());
    return List.of(packaged.orElse(checkout().resolve("sluice")).toString());
  }

  /**
   * Flags of {@code serve} that have an option of their own here.
   *
   * @return the flags
   */
  List<String> nodeFlags() {
    return readMode == null ? List.of() : List.of("--read-mode=" + readMode);
  }

  /**
   * How long and how often to measure.
   *
   * @return the plan; a quick one is short whatever else was asked for
   */
  Stage.Plan plan() {
    long soak = Objects.requireNonNullElse(soakGib, SOAK_GIB);
    long soakBytes = (quick ? Math.min(soak, QUICK_SOAK_GIB_MAX) : soak) << 30;
    int times = quick ? 1 : Objects.requireNonNullElse(rounds, ROUNDS);
    Optional<CpuQuota> quota = Optional.ofNullable(cpus).map(CpuQuota::new);
    boolean timed = rounds == null && soakGib == null && hours == 0;
    return new Stage.Plan(times, quick, soakBytes, hours, seed, quota, timed);
  }
}
