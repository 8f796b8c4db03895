package io.sluice.micro;

import io.sluice.ring.SubmissionBenchmark;
import io.sluice.ring.TurnBenchmark;
import io.sluice.routing.kademlia.MessageBenchmark;
import io.sluice.routing.kademlia.NearestBenchmark;
import io.sluice.server.http.RequestBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sluice bench micro}: what single steps cost, in time and in bytes allocated, with the JVM
 * options of a node.
 *
 * <p>Ends with 0; with 1 when a benchmark fails, or the data plane allocates; with 2 when it was
 * called wrongly.
 */
@Command(
    name = "bench micro",
    mixinStandardHelpOptions = true,
    description = "Measures single steps of a node: nanoseconds and bytes allocated for each.")
public final class Micro implements Callable<Integer> {
  private static final int EXIT_FAILED = 1;
  private static final int FORKS = 2;
  private static final int WARM_UPS = 2;
  private static final int ITERATIONS = 3;
  private static final TimeValue ITERATION = TimeValue.milliseconds(700);
  private static final TimeValue QUICK_ITERATION = TimeValue.milliseconds(100);

  /** What may not allocate. */
  private static final List<String> DATA_PLANE = List.of("submission", "turn", "request");

  private static final Map<String, Class<?>> BENCHMARKS = new LinkedHashMap<>();

  static {
    BENCHMARKS.put("submission", SubmissionBenchmark.class);
    BENCHMARKS.put("turn", TurnBenchmark.class);
    BENCHMARKS.put("request", RequestBenchmark.class);
    BENCHMARKS.put("message", MessageBenchmark.class);
    BENCHMARKS.put("nearest", NearestBenchmark.class);
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these of submission, turn, request, message, nearest (default: all).")
  private List<String> only = List.of();

  @Option(
      names = "--quick",
      description = "Only see that all of them run; the figures mean nothing.")
  private boolean quick;

  @Option(names = "--record", description = "Add the figures to the history.")
  private boolean record;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Where the history is (default: docs/perf/micro.jsonl of this checkout).")
  private Path history;

  /** A command that has not been run yet. */
  public Micro() {}

  /**
   * Runs the command and ends the process.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Micro()).execute(arguments));
  }

  @Override
  public Integer call() {
    check();
    Path checkout =
        Path.of(System.getProperty("sluice.script", "./sluice")).toAbsolutePath().getParent();
    // Before anything takes time: what is measured is what is there now.
    Origin origin = Origin.here(checkout);
    List<Measured> found = new ArrayList<>();
    boolean passed = true;
    try {
      for (String name : only.isEmpty() ? BENCHMARKS.keySet() : only) {
        for (Measured measured : run(BENCHMARKS.get(name))) {
          found.add(measured);
          passed &= judge(name, measured);
        }
      }
      if (record) {
        Path file = history == null ? checkout.resolve("docs/perf/micro.jsonl") : history;
        new History(file).add(origin, found);
      }
    } catch (RunnerException | IOException e) {
      System.err.println("cannot measure: " + reason(e));
      return EXIT_FAILED;
    }
    return passed ? 0 : EXIT_FAILED;
  }

  private void check() {
    if (quick && record) {
      throw new ParameterException(
          spec.commandLine(), "what --quick finds is not worth to --record: leave one of them out");
    }
    for (String name : only) {
      if (!BENCHMARKS.containsKey(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no benchmark '"
                + name
                + "': choose from "
                + String.join(", ", BENCHMARKS.keySet()));
      }
    }
  }

  /** A short run is not compiled to its end, and code that is not allocates. */
  private boolean judge(String name, Measured measured) {
    boolean held = quick || !DATA_PLANE.contains(name) || measured.allocatesNothing();
    System.out.println(measured + (held ? "" : "  must not allocate"));
    return held;
  }

  private List<Measured> run(Class<?> benchmark) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                    .addProfiler(GCProfiler.class)
                    .forks(quick ? 1 : FORKS)
                    .warmupIterations(quick ? 1 : WARM_UPS)
                    .warmupTime(quick ? QUICK_ITERATION : ITERATION)
                    .measurementIterations(quick ? 1 : ITERATIONS)
                    .measurementTime(quick ? QUICK_ITERATION : ITERATION)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    return results.stream().map(Measured::of).toList();
  }

  private static String reason(Exception e) {
    Throwable cause = e.getSuppressed().length > 0 ? e.getSuppressed()[0] : e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}
