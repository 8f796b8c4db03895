package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Blobs that are in the page cache already, charged to somebody else, as containerd leaves them
 * after a pull.
 */
public final class HotWorkload implements Workload {
  /** Of what nginx serves with sendfile in the same round. */
  static final double OF_PEER_MIN = 1.4;

  /** Of nginx's CPU time for each GiB. */
  static final double CPU_OF_PEER_MAX = 0.8;

  /** Page cache that serving may charge to the node. */
  static final long CHARGED_MAX_BYTES = 1L << 20;

  private static final int CONNECTIONS = 8;
  private static final int PASSES = 4;
  private static final int WARM_UP_PASSES = 4;

  /** Of contenders that no promise is about. */
  private static final int OTHERS_PASSES = 1;

  private static final double MIB = 1 << 20;
  private static final String CHARGED = "cache charged";

  @Override
  public String name() {
    return "hot";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "blobs in the page cache, charged to another group, "
                + CONNECTIONS
                + " connections, "
                + Series.number(Figures.gib(PASSES * stage.layers().totalBytes()))
                + " GiB a round");
    WarmUp warmUp = new WarmUp(stage.layers(), CONNECTIONS, false, WARM_UP_PASSES);
    warmUp.note(report);
    // Cold first: what is there already may be charged to anybody.
    stage.layers().makeCold();
    stage.layers().makeResident();
    try (Contest contest = new Contest(stage, report)) {
      contest.enterAll(
          stage.all(report),
          (name, session) -> warmUp.run(session),
          (subject, session) -> serve(stage, session, subject, report));
      contest.also(Ceiling.SUBJECT, 1, () -> ceiling(stage, report));
      contest.run();
    }
    Ceiling.note(report, Figures.THROUGHPUT);
    bounds(stage, report);
    return report;
  }

  private static void serve(Stage stage, Session session, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeResident();
    int passes = session.promised() ? PASSES : OTHERS_PASSES;
    List<BlobRequest> requests = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      for (Layer layer : stage.layers().layers()) {
        requests.add(Running.whole(layer));
      }
    }
    if (session.warmsUp()) {
      // A node that was idle has given back files of its own that it needs now: they are not the
      // blobs'.
      session.measure(CONNECTIONS, BodyMode.DISCARD, WarmUp.wholeLayers(stage.layers()));
    }
    long cacheBefore = session.memory().read().cacheBytes();
    Session.Measurement measured =
        session.measure(CONNECTIONS, BodyMode.DISCARD, RequestSource.once(requests));
    long charged = session.memory().read().cacheBytes() - cacheBefore;
    Figures.add(report, subject, measured);
    Figures.deviceReads(report, subject, measured.deviceBytes(), measured.load().bodyBytes());
    report.add(subject, CHARGED, "MiB", Math.max(0, charged) / MIB);
  }

  private static void ceiling(Stage stage, ScenarioReport report)
      throws IOException, InterruptedException {
    long bodyBytes = stage.layers().layers().get(0).sizeBytes();
    Ceiling.bytes(CONNECTIONS, bodyBytes, 2 * CONNECTIONS, report);
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String node = stage.node().name();
    String peer = stage.peer().name();
    boolean judged = !stage.quick();
    report.add(
        Bound.usual(
            "hot throughput over " + peer + "'s",
            false,
            OF_PEER_MIN,
            report.ratio(Figures.THROUGHPUT, node, peer),
            judged));
    report.add(
        Bound.usual(
            "CPU for a hot GiB over " + peer + "'s",
            true,
            CPU_OF_PEER_MAX,
            report.ratio(Figures.CPU, node, peer),
            judged));
    report.add(
        Bound.always(
            "page cache charged by serving hot blobs",
            true,
            CHARGED_MAX_BYTES / MIB,
            report.series(node, CHARGED),
            true));
  }
}
