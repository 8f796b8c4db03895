package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.contender.Running;
import io.sluice.perf.contender.Wrk;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.CannedServer;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.Cost;
import io.sluice.perf.meter.GroupWatch;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A manifest, asked for by its digest over and over on connections that stay. */
public final class ManifestsWorkload implements Workload {
  /** Of nginx's requests a second in the same round. */
  static final double OF_PEER_MIN = 1.4;

  /** Of nginx's 99th percentile. */
  static final double P99_OF_PEER_MAX = 0.9;

  private static final int CONNECTIONS = 256;
  private static final int SECONDS = 3;

  /** Of those that are compiled while they serve. */
  private static final int WARM_UP_SECONDS = 8;

  private static final int BRIEF_SECONDS = 1;
  private static final int QUICK_SECONDS = 1;
  private static final double NS_PER_MS = 1e6;
  private static final double NS_PER_US = 1e3;
  private static final String REQUESTS = "requests";
  private static final String P99 = "p99";

  @Override
  public String name() {
    return "manifests";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    Layer manifest = stage.layers().manifest();
    int seconds = stage.quick() ? QUICK_SECONDS : SECONDS;
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "a manifest of "
                + manifest.sizeBytes()
                + " bytes, "
                + CONNECTIONS
                + " connections of wrk, "
                + seconds
                + " s a round");
    Optional<String> missing = stage.wrk().missing();
    if (missing.isPresent()) {
      report.note("without wrk: " + missing.get());
    } else {
      int warmUpSeconds = stage.quick() ? QUICK_SECONDS : WARM_UP_SECONDS;
      report.note(
          "the node was warmed up by wrk for "
              + warmUpSeconds
              + " s before, others for "
              + BRIEF_SECONDS);
      try (Contest contest = new Contest(stage, report)) {
        contest.enterAll(
            stage.all(report, Set.of(Unfit.READ_MODES, Unfit.DIRECTIO)),
            (name, session) ->
                warmUp(stage, session, manifest, session.warmsUp() ? warmUpSeconds : BRIEF_SECONDS),
            (subject, session) -> ask(stage, session, subject, manifest, seconds, report));
        contest.also(Ceiling.SUBJECT, 1, () -> ceiling(stage, manifest, seconds, report));
        contest.run();
        Ceiling.note(report, REQUESTS);
      }
    }
    bounds(stage, report);
    return report;
  }

  private static void warmUp(Stage stage, Session session, Layer manifest, int seconds)
      throws IOException, InterruptedException {
    BlobRequest whole = Running.manifest(manifest);
    session.measure(1, BodyMode.VERIFY, RequestSource.once(List.of(whole)));
    if (stage.quick() && !session.warmsUp()) {
      return;
    }
    try (Cgroup clients = stage.group()) {
      wrk(stage, clients, session.running().address(), path(session, manifest), manifest, seconds);
    }
  }

  private static String path(Session session, Layer manifest) {
    return session.running().targets().own(Running.manifestPath(manifest));
  }

  private static void ceiling(Stage stage, Layer manifest, int seconds, ScenarioReport report)
      throws IOException, InterruptedException {
    try (CannedServer server = new CannedServer((int) manifest.sizeBytes());
        Cgroup clients = stage.group()) {
      String path = Running.manifestPath(manifest);
      Wrk.Reading reading =
          wrk(stage, clients, server.address(), path, manifest, Math.ceilDiv(seconds, 2));
      report.add(Ceiling.SUBJECT, REQUESTS, "1/s", reading.requestsPerSecond());
    }
  }

  private static Wrk.Reading wrk(
      Stage stage,
      Cgroup clients,
      InetSocketAddress server,
      String path,
      Layer manifest,
      int seconds)
      throws IOException, InterruptedException {
    return stage
        .wrk()
        .run(clients, server, List.of(path), manifest.sizeBytes(), CONNECTIONS, seconds);
  }

  private static void ask(
      Stage stage,
      Session session,
      String subject,
      Layer manifest,
      int seconds,
      ScenarioReport report)
      throws IOException, InterruptedException {
    // The clients' group stays until the watch ends, so that they do not count as others.
    try (Cgroup clients = stage.group();
        GroupWatch watch = session.watch()) {
      Wrk.Reading reading =
          wrk(
              stage,
              clients,
              session.running().address(),
              path(session, manifest),
              manifest,
              seconds);
      Cost cost = watch.finish();
      report.add(subject, REQUESTS, "1/s", reading.requestsPerSecond());
      report.add(subject, "p50", "ms", reading.p50Ns() / NS_PER_MS);
      report.add(subject, P99, "ms", reading.p99Ns() / NS_PER_MS);
      report.add(subject, "max", "ms", reading.maxNs() / NS_PER_MS);
      double requests = reading.requests();
      report.add(subject, Figures.CPU, "us/request", cost.cpuNs() / NS_PER_US / requests);
      Figures.addCosts(report, subject, List.of(cost), requests, "1/request");
    }
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String node = stage.node().name();
    String peer = stage.peer().name();
    boolean judged = !stage.quick();
    report.add(
        Bound.usual(
            "manifests a second over " + peer + "'s",
            false,
            OF_PEER_MIN,
            report.ratio(REQUESTS, node, peer),
            judged));
    report.add(
        Bound.usual(
            "99th percentile of a manifest over " + peer + "'s",
            true,
            P99_OF_PEER_MAX,
            report.ratio(P99, node, peer),
            judged));
  }
}
