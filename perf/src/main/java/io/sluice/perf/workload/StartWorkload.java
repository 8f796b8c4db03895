package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.FirstAnswer;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From starting the launcher to an answer, with everything that is read in the page cache. */
public final class StartWorkload implements Workload {
  /** Until a packaged node serves. */
  static final double START_MAX_S = 0.5;

  private static final int STARTS = 5;
  private static final int QUICK_STARTS = 1;

  /** Of contenders that no promise is about. */
  private static final int OTHERS_STARTS = 2;

  private static final double NS_PER_S = 1e9;
  private static final String TIME = "start";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(), "from starting the launcher to the first blob served, page cache warm");
    report.note(
        "each round is the median of "
            + starts(stage)
            + " starts, asked every millisecond; one start before the first round is not counted");
    boolean packaged = stage.node().program().packaged();
    if (!packaged) {
      report.note("the node is not a package: run ./sluice package to have its start judged");
    }
    BlobRequest request = Running.whole(stage.layers().manifest());
    try (Contest contest = new Contest(stage, report)) {
      for (Contender contender : stage.present(report)) {
        contest.also(
            contender.name(), () -> rounds(stage, contender, starts(stage), request, report));
      }
      Layer manifest = stage.layers().manifest();
      BlobRequest asManifest = Running.manifest(manifest);
      Set<Unfit> unfit = Set.of(Unfit.READ_MODES, Unfit.DIRECTIO);
      for (Contender contender : stage.presentOthers(report, unfit)) {
        contest.also(
            contender.name(), 1, () -> rounds(stage, contender, OTHERS_STARTS, asManifest, report));
      }
      contest.run();
    }
    report.add(
        Bound.usual(
            "start of a packaged node",
            true,
            START_MAX_S,
            packaged ? report.series(stage.node().name(), TIME) : Optional.empty(),
            !stage.quick()));
    return report;
  }

  private static int starts(Stage stage) {
    return stage.quick() ? QUICK_STARTS : STARTS;
  }

  private static void rounds(
      Stage stage, Contender contender, int starts, BlobRequest request, ScenarioReport report)
      throws IOException, InterruptedException {
    if (report.series(contender.name(), TIME).isEmpty()) {
      start(stage, contender, request);
    }
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      seconds.add(start(stage, contender, request));
    }
    report.add(contender.name(), TIME, "s", new Series("s", seconds).median());
  }

  private static double start(Stage stage, Contender contender, BlobRequest request)
      throws IOException, InterruptedException {
    try (Cgroup group = stage.contenderGroup()) {
      long startNs = System.nanoTime();
      try (Running running = contender.launch(group, stage.layers())) {
        try {
          long answeredNs =
              FirstAnswer.await(
                  running.address(),
                  running.targets().own(request),
                  () -> running.process().running());
          return (answeredNs - startNs) / NS_PER_S;
        } catch (IOException e) {
          throw new IOException(
              e.getMessage() + "; its log ends in:\n" + running.process().logTail(), e);
        }
      }
    }
  }
}
