package io.sluice.perf.workload;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.meter.SocketMemoryMeter;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import io.sluice.server.config.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory charged while 64 connections pull cold blobs, each byte once in a pass: without a limit,
 * then inside one, in turns.
 */
public final class MemoryWorkload implements Workload {
  /** The most that may ever be charged, and the limit that must not be felt. */
  static final long CHARGE_MAX_BYTES = 128L << 20;

  /** The most that the page cache may grow by from serving. */
  static final long CACHE_GROWTH_MAX_BYTES = 16L << 20;

  /** The most that may be charged to a node that has not served anything yet. */
  static final long IDLE_MAX_BYTES = 64L << 20;

  /** Of the throughput without a limit. */
  static final double LIMITED_MIN = 0.95;

  private static final OptionalLong LIMITED = OptionalLong.of(CHARGE_MAX_BYTES);
  private static final int CONNECTIONS = 64;
  private static final int PASSES = 2;
  private static final long SAMPLE_INTERVAL_MS = 100;
  private static final double MIB = 1 << 20;
  private static final double GIB = 1L << 30;
  private static final String THROUGHPUT = "throughput";
  private static final String IDLE = "idle charge";
  private static final String PEAK = "charge peak";

  /** A node gives back what only its start needed once it has been idle for so long. */
  private static final long IDLE_MS = Limits.IDLE_GIVE_BACK_NS / 1_000_000 + 2_000;

  private static final String CACHE = "cache growth";
  private static final String KILLS = "kills";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "memory charged to a fresh control group while "
                + CONNECTIONS
                + " connections pull "
                + Series.number(PASSES * stage.layers().totalBytes() / GIB)
                + " GiB of cold blobs");
    try (Contest contest = new Contest(stage, report)) {
      if (stage.quick()) {
        enterTogether(stage, contest, report);
      } else {
        enterFresh(stage, contest, report);
      }
      contest.run();
    }
    report.note(
        "a node starts on a runtime that is not in the page cache, so that it is charged for its"
            + " runtime's files (cache at start) as on a machine of its own");
    report.note(
        "idle is "
            + IDLE_MS / 1000
            + " s after the start, or more; cache growth is counted from then on, loaded RSS is"
            + " that after the last byte");
    report.note(
        "charge peak is the kernel's high-water mark since before the process started; TCP growth"
            + " is that of the whole machine, clients' receive buffers included");
    bounds(stage, report);
    return report;
  }

  /** Each for every measurement, with nothing beside it. */
  private static void enterFresh(Stage stage, Contest contest, ScenarioReport report) {
    for (Contender contender : stage.present(report)) {
      for (OptionalLong limit : List.of(OptionalLong.empty(), LIMITED)) {
        contest.also(subject(contender, limit), () -> pull(stage, contender, limit, report));
      }
    }
  }

  /** Those without a limit at the beginning, to be idle while those inside one are measured. */
  private static void enterTogether(Stage stage, Contest contest, ScenarioReport report)
      throws InterruptedException {
    List<Contender> present = stage.present(report);
    for (Contender contender : present) {
      contest.enter(contender, stage.layers(), OptionalLong.empty(), (name, session) -> {});
    }
    long startedNs = System.nanoTime();
    for (Contender contender : present) {
      contest.also(subject(contender, LIMITED), () -> pull(stage, contender, LIMITED, report));
    }
    for (Contender contender : present) {
      contest.turn(
          contender,
          contender.name(),
          (subject, session) -> {
            idle(session, startedNs, subject, report);
            pull(stage, session, subject, report);
          });
    }
  }

  private static String subject(Contender contender, OptionalLong limit) {
    return limit.isPresent()
        ? contender.name() + " in " + Series.number(limit.getAsLong() / MIB) + " MiB"
        : contender.name();
  }

  private static void pull(
      Stage stage, Contender contender, OptionalLong limit, ScenarioReport report)
      throws IOException, InterruptedException {
    String subject = subject(contender, limit);
    try (Session session = stage.open(contender, limit)) {
      if (limit.isEmpty()) {
        idle(session, System.nanoTime(), subject, report);
      }
      pull(stage, session, subject, report);
    }
  }

  /** Before any traffic but the question whether it is there. */
  private static void idle(Session session, long startedNs, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    Thread.sleep(Math.max(0, IDLE_MS - (System.nanoTime() - startedNs) / 1_000_000));
    report.add(subject, IDLE, "MiB", session.memory().read().totalBytes() / MIB);
    report.add(subject, "idle RSS", "MiB", session.residentBytes() / MIB);
  }

  private static void pull(Stage stage, Session session, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    try (MemoryTimeline timeline =
        new MemoryTimeline(session.memory(), new SocketMemoryMeter(), SAMPLE_INTERVAL_MS)) {
      long bodyBytes = 0;
      long elapsedNs = 0;
      long cpuNs = 0;
      long deviceBytes = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        stage.layers().makeCold();
        Session.Measurement measured =
            session.measure(CONNECTIONS, BodyMode.DISCARD, RequestSource.once(ranges(stage)));
        bodyBytes += measured.load().bodyBytes();
        elapsedNs += measured.load().elapsedNs();
        cpuNs += measured.cpuNs();
        deviceBytes += measured.deviceBytes();
        report.latency(subject, "time to first byte", measured.load().timeToFirstByteNs());
      }
      report.add(subject, "loaded RSS", "MiB", session.residentBytes() / MIB);
      double gib = bodyBytes / GIB;
      report.add(subject, THROUGHPUT, "GiB/s", gib / (elapsedNs / 1e9));
      report.add(subject, "CPU", "s/GiB", cpuNs / 1e9 / gib);
      report.add(subject, "device reads", "B/B", deviceBytes / (double) bodyBytes);
      List<MemoryTimeline.Point> points = timeline.finish();
      memory(report, subject, points);
      int round = report.series(subject, PEAK).orElseThrow().values().size();
      report.timeline(subject + ", round " + round, points);
    }
  }

  private static void memory(
      ScenarioReport report, String subject, List<MemoryTimeline.Point> points) {
    MemoryCharge last = points.get(points.size() - 1).charge();
    report.add(subject, PEAK, "MiB", last.peakBytes() / MIB);
    report.add(subject, "cache at start", "MiB", points.get(0).charge().cacheBytes() / MIB);
    report.add(
        subject,
        CACHE,
        "MiB",
        MemoryTimeline.growthBytes(points, p -> p.charge().cacheBytes()) / MIB);
    report.add(
        subject,
        "anonymous",
        "MiB",
        MemoryTimeline.peakBytes(points, p -> p.charge().anonymousBytes()) / MIB);
    report.add(
        subject,
        "kernel",
        "MiB",
        MemoryTimeline.peakBytes(points, p -> p.charge().kernelBytes()) / MIB);
    report.add(
        subject,
        "TCP growth",
        "MiB",
        MemoryTimeline.growthBytes(points, MemoryTimeline.Point::tcpBytes) / MIB);
    report.add(subject, KILLS, "", last.oomKills());
  }

  /** Each layer in equal parts, so that all connections work and each byte is served once. */
  private static List<BlobRequest> ranges(Stage stage) {
    List<Layer> layers = stage.layers().layers();
    int parts = Math.ceilDiv(CONNECTIONS, layers.size());
    List<BlobRequest> requests = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      for (Layer layer : layers) {
        long from = layer.sizeBytes() * part / parts;
        long to = layer.sizeBytes() * (part + 1) / parts;
        requests.add(BlobRequest.range(Running.path(layer), from, to - from));
      }
    }
    return requests;
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String free = subject(stage.node(), OptionalLong.empty());
    String limited = subject(stage.node(), LIMITED);
    report.add(
        Bound.always(
            "charge of an idle node, before traffic",
            true,
            IDLE_MAX_BYTES / MIB,
            report.series(free, IDLE),
            true));
    report.add(
        Bound.always("charge peak", true, CHARGE_MAX_BYTES / MIB, report.series(free, PEAK), true));
    report.add(
        Bound.always(
            "page cache growth from serving",
            true,
            CACHE_GROWTH_MAX_BYTES / MIB,
            report.series(free, CACHE),
            true));
    report.add(
        Bound.always(
            "processes killed inside the limit", true, 0, report.series(limited, KILLS), true));
    report.add(
        Bound.usual(
            "throughput inside the limit over that without",
            false,
            LIMITED_MIN,
            report.ratio(THROUGHPUT, limited, free),
            !stage.quick()));
  }
}
