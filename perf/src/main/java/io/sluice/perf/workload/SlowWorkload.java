package io.sluice.perf.workload;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.SlowClient;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Clients with a slow line or a slow disk among fast ones, all of cold blobs. */
public final class SlowWorkload implements Workload {
  /** Throughput of the fast ones beside the slow ones, of that without. */
  static final double BESIDE_SLOW_MIN = 0.8;

  /** Of nginx, which no promise is about. */
  private static final int PEER_ROUNDS = 2;

  private static final int FAST = 8;
  private static final int SLOW = 64;
  private static final long SLOW_BYTES_PER_S = 1_000_000;
  private static final String ALONE = ", " + FAST + " alone";
  private static final String BESIDE = ", " + FAST + " beside " + SLOW + " at 1 MB/s";
  private static final int WARM_UP_PASSES = 1;

  /** Until the slow ones have filled all buffers between a server and them. */
  private static final long SETTLE_MS = 300;

  private static final long SAMPLE_INTERVAL_MS = 20;
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "slow";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            FAST
                + " fast clients of distinct cold blobs, without and with "
                + SLOW
                + " that take 1 MB/s each");
    report.note("throughput, CPU for each GiB and latencies are those of the fast clients");
    report.note(
        "TCP growth is that of the whole machine, clients' buffers included; version 1 of control"
            + " groups does not charge it");
    WarmUp warmUp = new WarmUp(stage.layers(), FAST, true, WARM_UP_PASSES);
    warmUp.note(report);
    try (Contest contest = new Contest(stage, report)) {
      for (Contender contender : stage.all(report, Set.of(Unfit.READ_MODES))) {
        contest.enter(
            contender,
            stage.layers(),
            OptionalLong.empty(),
            (name, session) -> warmUp.run(session));
        int rounds = contender == stage.peer() ? stage.rounds(PEER_ROUNDS) : stage.rounds();
        if (stage.counts(contender.name())) {
          contest.turn(
              contender,
              contender.name() + ALONE,
              rounds,
              (subject, session) -> serve(stage, session, subject, 0, report));
        }
        contest.turn(
            contender,
            contender.name() + BESIDE,
            rounds,
            (subject, session) -> serve(stage, session, subject, SLOW, report));
      }
      contest.also(Ceiling.SUBJECT, 1, () -> Ceiling.bytes(FAST, stage.layers(), report));
      contest.run();
    }
    Ceiling.note(report, Figures.THROUGHPUT);
    String node = stage.node().name();
    report.add(
        Bound.usual(
            "fast clients beside slow ones over fast ones alone",
            false,
            BESIDE_SLOW_MIN,
            report.ratio(Figures.THROUGHPUT, node + BESIDE, node + ALONE),
            !stage.quick()));
    return report;
  }

  private static void serve(
      Stage stage, Session session, String subject, int slowClients, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeCold();
    List<SlowClient> slow = new ArrayList<>();
    try (MemoryTimeline timeline = session.timeline(SAMPLE_INTERVAL_MS)) {
      List<Layer> layers = stage.layers().layers();
      for (int i = 0; i < slowClients; i++) {
        slow.add(
            new SlowClient(
                session.running().address(),
                session.running().targets().own(Running.whole(layers.get(i % layers.size()))),
                SLOW_BYTES_PER_S));
        slow.get(i).begin();
      }
      if (slowClients > 0) {
        Thread.sleep(SETTLE_MS);
      }
      Figures.add(
          report,
          subject,
          session.measure(FAST, BodyMode.DISCARD, WarmUp.wholeLayers(stage.layers())));
      memory(report, subject, timeline.finish());
      for (SlowClient client : slow) {
        if (client.failure().isPresent()) {
          throw new IOException("a slow client was let down: " + client.failure().get());
        }
      }
    } finally {
      slow.forEach(SlowClient::close);
    }
  }

  private static void memory(
      ScenarioReport report, String subject, List<MemoryTimeline.Point> points) {
    long peak = MemoryTimeline.peakBytes(points, point -> point.charge().totalBytes());
    long noCache =
        MemoryTimeline.peakBytes(
            points, point -> point.charge().totalBytes() - point.charge().cacheBytes());
    report.add(subject, "charge peak", "MiB", peak / MIB);
    report.add(subject, "without page cache", "MiB", noCache / MIB);
    long tcp = MemoryTimeline.growthBytes(points, MemoryTimeline.Point::tcpBytes);
    report.add(subject, "TCP growth, slow ones too", "MiB", tcp / MIB);
  }
}
