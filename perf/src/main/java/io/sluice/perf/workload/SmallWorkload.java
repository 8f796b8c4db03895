package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.contender.Targets;
import io.sluice.perf.contender.Wrk;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.CannedServer;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Thousands of small blobs and the manifests that name them, as base images and their
 * configurations are: cold once each, then out of the page cache as fast as can be asked, and at a
 * rate that all can serve.
 */
public final class SmallWorkload implements Workload {
  /** No promise depends on the spread. */
  private static final int ROUNDS = 2;

  private static final int IMAGES = 150;
  private static final int QUICK_IMAGES = 25;
  private static final int LAYERS = 20;
  private static final long LEAST_BYTES = 1 << 10;
  private static final long MOST_BYTES = 64 << 10;

  private static final int CONNECTIONS = 64;
  private static final int CHECKING_CONNECTIONS = 8;
  private static final int WRK_SECONDS = 1;

  /** Of those that are compiled while they serve. */
  private static final int WARM_UP_SECONDS = 4;

  private static final long PROBE_NS = 1_000_000_000L;
  private static final long QUICK_PROBE_NS = 200_000_000L;
  private static final long OPEN_NS = 1_500_000_000L;
  private static final long QUICK_OPEN_NS = 400_000_000L;
  private static final double KIB = 1 << 10;
  private static final double NS_PER_S = 1e9;
  private static final String REQUESTS = "requests";
  private static final String COLD = ", cold";
  private static final String OPEN = ", open loop";

  @Override
  public String name() {
    return "small";
  }

  @Override
  public List<LayerPlan> data(Stage.Plan plan) {
    int images = plan.quick() ? QUICK_IMAGES : IMAGES;
    return List.of(LayerPlan.spread("small", images, LAYERS, LEAST_BYTES, MOST_BYTES));
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    Asked asked = Asked.of(stage.layers(data(stage.plan()).getFirst()), stage.plan().seed());
    boolean quick = stage.quick();
    ScenarioReport report =
        new ScenarioReport(
            name(),
            asked.requests().size()
                + " blobs of 1 to 64 KiB (log-uniform, "
                + Series.number(asked.meanBytes() / KIB)
                + " KiB in the mean) and manifests in an order drawn by lot");
    boolean withWrk = stage.wrk().missing().isEmpty() && !quick;
    stage.wrk().missing().ifPresent(why -> report.note("without wrk: " + why));
    if (quick) {
      report.note("a quick run leaves out wrk's part");
    }
    FairRate rate = new FairRate(CONNECTIONS, quick ? QUICK_PROBE_NS : PROBE_NS);
    try (Contest contest = new Contest(stage, report)) {
      List<Contender> present = stage.all(report, Set.of(Unfit.READ_MODES, Unfit.DIRECTIO));
      for (Contender contender : present) {
        contest.enter(
            contender,
            asked.layers(),
            OptionalLong.empty(),
            (name, session) -> warmUp(stage, session, name, asked, rate, withWrk));
      }
      for (Contender contender : present) {
        contest.turn(
            contender,
            contender.name() + COLD,
            (subject, session) -> cold(session, subject, asked, report));
        if (withWrk) {
          contest.turn(
              contender,
              contender.name(),
              (subject, session) -> peak(stage, session, subject, asked, report));
        }
        contest.turn(
            contender,
            contender.name() + OPEN,
            (subject, session) ->
                open(stage, session, subject, asked, rate.perSecond(contender.name()), report));
      }
      contest.also(Ceiling.SUBJECT, 1, () -> ceiling(stage, asked, withWrk, report));
      contest.runAtMost(ROUNDS);
    }
    rate.note(report);
    Ceiling.note(report, REQUESTS);
    Ceiling.note(report, OpenLoop.REQUESTS);
    return report;
  }

  /** What is asked for, again and again. */
  private record Asked(LayerSet layers, List<BlobRequest> requests, double meanBytes) {
    static Asked of(LayerSet layers, long seed) throws IOException {
      List<BlobRequest> requests = new ArrayList<>();
      layers.layers().forEach(layer -> requests.add(Running.whole(layer)));
      for (Layer manifest : layers.manifests()) {
        requests.add(Running.manifest(manifest));
      }
      Collections.shuffle(requests, new Random(seed));
      double bytes = requests.stream().mapToLong(BlobRequest::lengthBytes).average().orElseThrow();
      return new Asked(layers, requests, bytes);
    }

    IntFunction<BlobRequest> inTurn() {
      return i -> requests.get(i % requests.size());
    }
  }

  private static void warmUp(
      Stage stage, Session session, String name, Asked asked, FairRate rate, boolean withWrk)
      throws IOException, InterruptedException {
    session.measure(CHECKING_CONNECTIONS, BodyMode.VERIFY, RequestSource.once(asked.requests()));
    if (withWrk && session.warmsUp()) {
      wrk(stage, session.running(), asked, session.promised() ? WARM_UP_SECONDS : WRK_SECONDS);
    }
    rate.probe(name, session, asked.inTurn());
  }

  private static void cold(Session session, String subject, Asked asked, ScenarioReport report)
      throws IOException, InterruptedException {
    asked.layers().makeCold();
    Session.Measurement measured =
        session.measure(CONNECTIONS, BodyMode.DISCARD, RequestSource.once(asked.requests()));
    double seconds = measured.load().elapsedNs() / NS_PER_S;
    report.add(subject, REQUESTS + " cold", "1/s", asked.requests().size() / seconds);
    report.latency(subject, OpenLoop.LAST_BYTE, measured.load().timeToLastByteNs());
    Figures.deviceReads(report, subject, measured.deviceBytes(), measured.load().bodyBytes());
    Figures.noteDevice(report, session);
  }

  private static void peak(
      Stage stage, Session session, String subject, Asked asked, ScenarioReport report)
      throws IOException, InterruptedException {
    asked.layers().makeResident();
    Wrk.Reading reading = wrk(stage, session.running(), asked, WRK_SECONDS);
    report.add(subject, REQUESTS, "1/s", reading.requestsPerSecond());
  }

  private static Wrk.Reading wrk(Stage stage, Running running, Asked asked, int seconds)
      throws IOException, InterruptedException {
    return wrk(stage, running.address(), running.targets(), asked, seconds);
  }

  private static Wrk.Reading wrk(
      Stage stage, InetSocketAddress server, Targets targets, Asked asked, int seconds)
      throws IOException, InterruptedException {
    List<String> paths =
        asked.requests().stream().map(request -> targets.own(request.path())).toList();
    try (Cgroup group = stage.group()) {
      return stage.wrk().run(group, server, paths, LEAST_BYTES, CONNECTIONS, seconds);
    }
  }

  private static void open(
      Stage stage,
      Session session,
      String subject,
      Asked asked,
      double perSecond,
      ScenarioReport report)
      throws IOException, InterruptedException {
    asked.layers().makeResident();
    long durationNs = stage.quick() ? QUICK_OPEN_NS : OPEN_NS;
    new OpenLoop(CONNECTIONS, perSecond, durationNs, stage.plan().seed())
        .run(session, subject, asked.inTurn(), report);
  }

  private static void ceiling(Stage stage, Asked asked, boolean withWrk, ScenarioReport report)
      throws IOException, InterruptedException {
    int bytes = (int) asked.meanBytes();
    long durationNs = stage.quick() ? QUICK_PROBE_NS : PROBE_NS;
    Ceiling.requests(CONNECTIONS, bytes, durationNs, report);
    if (withWrk) {
      try (CannedServer server = new CannedServer(bytes)) {
        Wrk.Reading reading = wrk(stage, server.address(), Targets.REGISTRY, asked, 1);
        report.add(Ceiling.SUBJECT, REQUESTS, "1/s", reading.requestsPerSecond());
      }
    }
  }
}
