package io.sluice.perf.workload;

import io.sluice.linux.ResourceLimit;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.IdleCrowd;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.SocketMemoryMeter;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Connections that are kept and not used, as pools of HTTP clients do: what each costs the server,
 * and whether those who do ask have to wait longer.
 */
public final class IdleWorkload implements Workload {
  /** What is promised is measured once. */
  private static final int ROUNDS = 2;

  /** What a connection may cost the node beyond what the kernel keeps of it. */
  static final long OWN_MAX_BYTES = 1024;

  private static final int CONNECTIONS = 5000;
  private static final int QUICK_CONNECTIONS = 1000;

  /** Descriptors of this process for all else. */
  private static final int OTHER_DESCRIPTORS = 512;

  /** A node takes fewer by default, since each costs the kernel some KiB. */
  private static final String ROOM = "--max-connections=8000";

  private static final int ACTIVE = 16;

  /** For requests that are due while those before them are answered. */
  private static final int CONNECTIONS_MAX = 128;

  private static final long PROBE_NS = 1_000_000_000L;
  private static final long QUICK_PROBE_NS = 200_000_000L;
  private static final long OPEN_NS = 1_000_000_000L;
  private static final long QUICK_OPEN_NS = 200_000_000L;

  /** For the kernel to account what it has handed out in batches. */
  private static final long SETTLE_MS = 200;

  private static final String ALONE = ", alone";
  private static final String CHARGE = "each charged";
  private static final String OWN = "each, but for the kernel's part";

  @Override
  public String name() {
    return "idle";
  }

  private static Contender roomy(Stage stage) {
    return stage.node().with(stage.node().name(), List.of(ROOM));
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    int wanted = stage.quick() ? QUICK_CONNECTIONS : CONNECTIONS;
    long possible = ResourceLimit.NOFILE.soft() - OTHER_DESCRIPTORS;
    int count = possible < 0 ? wanted : (int) Math.min(wanted, possible);
    Layer manifest = stage.layers().manifest();
    BlobRequest request = Running.manifest(manifest);
    ScenarioReport report =
        new ScenarioReport(
            name(),
            Series.number(count)
                + " connections that have asked once and are kept, beside others that go on asking"
                + " for a manifest");
    if (count < wanted) {
      report.note("descriptors allow no more connections: ulimit -n " + (wanted + 4096));
    }
    report.note(
        "what each costs is the growth of the group's charge from before the first time that so"
            + " many connections were made to when all were idle; a socket of the kernel is 2 to 4"
            + " KiB of it for anybody");
    FairRate rate = new FairRate(ACTIVE, stage.quick() ? QUICK_PROBE_NS : PROBE_NS);
    try (Contest contest = new Contest(stage, report)) {
      List<Contender> present =
          stage.all(report, Set.of(Unfit.READ_MODES, Unfit.DIRECTIO)).stream()
              .map(each -> each == stage.node() ? roomy(stage) : each)
              .toList();
      for (Contender contender : present) {
        enter(stage, contest, contender, count, request, rate, report);
      }
      for (Contender contender : present) {
        turns(stage, contest, contender, count, request, rate, report);
      }
      int bytes = (int) manifest.sizeBytes();
      contest.also(
          Ceiling.SUBJECT, 1, () -> Ceiling.requests(ACTIVE, bytes, durationNs(stage), report));
      contest.runAtMost(ROUNDS);
    }
    rate.note(report);
    Ceiling.note(report, OpenLoop.REQUESTS);
    report.add(
        Bound.usual(
            "memory of an idle connection, but for the kernel's part",
            true,
            OWN_MAX_BYTES,
            report.series(stage.node().name() + beside(count), OWN),
            // Beside so few connections as a quick run has, the compiler's memory is most of what
            // has grown.
            !stage.quick()));
    return report;
  }

  private static String beside(int count) {
    return ", beside " + Series.number(count) + " idle";
  }

  private static void enter(
      Stage stage,
      Contest contest,
      Contender contender,
      int count,
      BlobRequest request,
      FairRate rate,
      ScenarioReport report)
      throws InterruptedException {
    contest.enter(
        contender,
        stage.layers(),
        OptionalLong.empty(),
        (name, session) -> {
          rate.probe(name, session, i -> request);
          // Of the first time only: later ones find what the contender has kept of it. Others
          // are measured once, and then.
          if (session.promised()) {
            try (Kept kept = Kept.of(session, count, request)) {
              kept.report(name + beside(count), report);
            }
          }
        });
  }

  private static void turns(
      Stage stage,
      Contest contest,
      Contender contender,
      int count,
      BlobRequest request,
      FairRate rate,
      ScenarioReport report) {
    if (stage.counts(contender.name())) {
      contest.turn(
          contender,
          contender.name() + ALONE,
          (subject, session) -> ask(stage, session, subject, request, rate, report));
    }
    contest.turn(
        contender,
        contender.name() + beside(count),
        (subject, session) -> {
          try (Kept kept = Kept.of(session, count, request)) {
            if (!session.promised()) {
              kept.report(subject, report);
            }
            ask(stage, session, subject, request, rate, report);
          }
        });
  }

  /** Idle connections, and what memory was before and with them. */
  private record Kept(
      IdleCrowd crowd, int count, MemoryCharge before, MemoryCharge after, long tcpBytes)
      implements AutoCloseable {
    static Kept of(Session session, int count, BlobRequest request)
        throws IOException, InterruptedException {
      Thread.sleep(SETTLE_MS);
      MemoryCharge before = session.memory().read();
      long tcpBefore = new SocketMemoryMeter().tcpBytes();
      IdleCrowd crowd = new IdleCrowd(session.running().address(), count, own(session, request));
      Thread.sleep(SETTLE_MS);
      long tcp = new SocketMemoryMeter().tcpBytes() - tcpBefore;
      return new Kept(crowd, count, before, session.memory().read(), tcp);
    }

    void report(String subject, ScenarioReport report) {
      double total = after.totalBytes() - before.totalBytes();
      double kernel = after.kernelBytes() - before.kernelBytes();
      report.add(subject, CHARGE, "B", total / count);
      report.add(subject, OWN, "B", (total - kernel) / count);
      report.add(subject, "each in TCP buffers, both ends", "B", (double) tcpBytes / count);
    }

    @Override
    public void close() {
      crowd.close();
    }
  }

  private static BlobRequest own(Session session, BlobRequest request) {
    return session.running().targets().own(request);
  }

  private static long durationNs(Stage stage) {
    return stage.quick() ? QUICK_OPEN_NS : OPEN_NS;
  }

  private static void ask(
      Stage stage,
      Session session,
      String subject,
      BlobRequest request,
      FairRate rate,
      ScenarioReport report)
      throws IOException, InterruptedException {
    double perSecond = rate.perSecond(session.running().name());
    new OpenLoop(CONNECTIONS_MAX, perSecond, durationNs(stage), stage.plan().seed())
        .run(session, subject, i -> request, report);
  }
}
