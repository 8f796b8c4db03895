package io.sluice.perf.workload;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.load.SlowClient;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Many clients that pull one cold blob at the same time, as when a new image is rolled out; again
 * with one of them slow, and with one that has stopped receiving.
 */
public final class HerdWorkload implements Workload {
  /** Bytes read from the device, of the blob's size. */
  static final double DEVICE_READS_MAX = 1.05;

  /** Throughput of the others beside a slow client, of as many without it. */
  static final double BESIDE_SLOW_MIN = 0.9;

  private static final int CLIENTS = 16;
  private static final int WARM_UP_CLIENTS = 2;

  /** Each takes four times as long as that of another scenario. */
  private static final int ROUNDS = 2;

  /** Of nginx, which no promise is about. */
  private static final int PEER_ROUNDS = 1;

  private static final long SLOW_BYTES_PER_SECOND = 1_000_000;
  private static final String ALL = ", " + CLIENTS;
  private static final String FEWER = ", " + (CLIENTS - 1);
  private static final String SLOW = FEWER + " and one at 1 MB/s";
  private static final String FROZEN = FEWER + " and one frozen";

  @Override
  public String name() {
    return "herd";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    LayerSet layers = stage.herdLayers().orElseThrow();
    ScenarioReport report =
        new ScenarioReport(
            name(),
            CLIENTS
                + " clients pull one cold blob of "
                + Series.number(Figures.gib(layers.totalBytes()))
                + " GiB at once");
    report.note(
        "before the first round each contender served the blob to "
            + WARM_UP_CLIENTS
            + " clients that compared its digest, and those that are compiled while they serve then"
            + " to "
            + CLIENTS);
    report.note(
        "figures are those of the healthy clients; a slow one leaves when they are done, and is"
            + " compared with as many healthy clients without it");
    try (Contest contest = new Contest(stage, report)) {
      for (Contender contender : stage.present(report)) {
        contest.enter(
            contender, layers, OptionalLong.empty(), (name, session) -> warmUp(session, layers));
        String name = contender.name();
        contest.turn(
            contender,
            name + ALL,
            stage.rounds(contender == stage.peer() ? PEER_ROUNDS : ROUNDS),
            (s, n) -> pull(n, layers, CLIENTS, s, report));
        if (contender == stage.node()) {
          int rounds = stage.rounds(ROUNDS);
          contest.turn(
              contender, name + FEWER, rounds, (s, n) -> pull(n, layers, CLIENTS - 1, s, report));
          contest.turn(
              contender,
              name + SLOW,
              rounds,
              (s, n) -> besideSlow(n, layers, SLOW_BYTES_PER_SECOND, s, report));
          contest.turn(
              contender, name + FROZEN, rounds, (s, n) -> besideSlow(n, layers, 0, s, report));
        }
      }
      others(stage, contest, report);
      contest.run();
    }
    bounds(stage, report);
    return report;
  }

  /** With one of the layers that are there for all: half of the bytes. */
  private static void others(Stage stage, Contest contest, ScenarioReport report)
      throws InterruptedException {
    List<Contender> others = stage.presentOthers(report, Set.of(Unfit.READ_MODES));
    LayerSet all = stage.layers();
    LayerSet one = new LayerSet(all.layout(), all.layers().subList(0, 1));
    if (!others.isEmpty()) {
      report.note("theirs is a blob of " + Series.number(Figures.gib(one.totalBytes())) + " GiB");
    }
    for (Contender contender : others) {
      contest.enter(contender, all, OptionalLong.empty(), (name, session) -> warmUp(session, one));
      contest.turn(contender, contender.name() + ALL, (s, n) -> pull(n, one, CLIENTS, s, report));
    }
  }

  private static BlobRequest blob(LayerSet layers) {
    return Running.whole(layers.layers().get(0));
  }

  private static void warmUp(Session session, LayerSet layers)
      throws IOException, InterruptedException {
    pull(session, layers, WARM_UP_CLIENTS, BodyMode.VERIFY);
    if (session.warmsUp()) {
      pull(session, layers, CLIENTS, BodyMode.DISCARD);
    }
  }

  private static Session.Measurement pull(
      Session session, LayerSet layers, int clients, BodyMode mode)
      throws IOException, InterruptedException {
    layers.makeCold();
    return session.measureEach(
        new LoadGenerator(session.running().address(), clients, mode),
        connection -> RequestSource.once(List.of(blob(layers))));
  }

  private static void pull(
      Session session, LayerSet layers, int clients, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    add(report, subject, session, layers, pull(session, layers, clients, BodyMode.DISCARD));
  }

  private static void besideSlow(
      Session session, LayerSet layers, long bytesPerSecond, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    layers.makeCold();
    LoadGenerator generator =
        new LoadGenerator(session.running().address(), CLIENTS - 1, BodyMode.DISCARD);
    Session.Measurement measured;
    try (SlowClient slow =
        new SlowClient(session.running().address(), blob(layers), bytesPerSecond)) {
      measured =
          session.measureEach(
              generator,
              connection -> {
                RequestSource once = RequestSource.once(List.of(blob(layers)));
                return () -> {
                  // With the first of the others, not before.
                  slow.begin();
                  return once.next();
                };
              });
      if (slow.failure().isPresent()) {
        throw new IOException("the slow client was let down: " + slow.failure().get());
      }
      report.add(subject, "slow one got", "MB", slow.receivedBytes() / 1e6);
    }
    add(report, subject, session, layers, measured);
  }

  private static void add(
      ScenarioReport report,
      String subject,
      Session session,
      LayerSet layers,
      Session.Measurement measured) {
    Figures.add(report, subject, measured);
    Figures.deviceReads(report, subject, measured.deviceBytes(), layers.totalBytes());
    Figures.noteDevice(report, session);
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String node = stage.node().name();
    boolean judged = !stage.quick();
    for (String herd : List.of(ALL, SLOW, FROZEN)) {
      report.add(
          Bound.always(
              "read from the device for each byte of the blob: " + node + herd,
              true,
              DEVICE_READS_MAX,
              report.series(node + herd, Figures.DEVICE_READS),
              judged));
    }
    for (String herd : List.of(SLOW, FROZEN)) {
      report.add(
          Bound.usual(
              "throughput over that of" + FEWER.substring(1) + " alone: " + node + herd,
              false,
              BESIDE_SLOW_MIN,
              report.ratio(Figures.THROUGHPUT, node + herd, node + FEWER),
              judged));
    }
  }
}
