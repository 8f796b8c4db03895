package io.sluice.perf.workload;

import io.sluice.linux.LinuxException;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import io.sluice.server.config.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory charged while cold blobs are pulled in pulses, as images are: each pulse by 64 new
 * connections, each byte of its layers once. Without a limit, then inside one, in turns.
 */
public final class MemoryWorkload implements Workload {
  /** Its name. */
  public static final String NAME = "memory";

  /** The most that may ever be charged, and the limit that must not be felt. */
  static final long CHARGE_MAX_BYTES = 128L << 20;

  /** The most that the page cache may grow by from serving. */
  static final long CACHE_GROWTH_MAX_BYTES = 16L << 20;

  /** The most that may be charged to a node that has not served anything yet. */
  static final long IDLE_MAX_BYTES = 64L << 20;

  /** Of the throughput without a limit. */
  static final double LIMITED_MIN = 0.95;

  private static final OptionalLong FREE = OptionalLong.empty();
  private static final OptionalLong LIMITED = OptionalLong.of(CHARGE_MAX_BYTES);
  private static final int CONNECTIONS = 64;
  private static final int PULSES = 10;

  /** Layers of a pulse, as far as there are so many. */
  private static final int LAYERS = 2;

  private static final long PAUSE_MS = 150;
  private static final long QUICK_PAUSE_MS = 20;

  /** Memory hardly differs between rounds, and one takes a minute. */
  private static final int ROUNDS = 2;

  /** Of contenders that no promise is about, and of nginx inside the limit, where it is slow. */
  private static final int SLOW_ROUNDS = 1;

  private static final long SAMPLE_INTERVAL_MS = 100;
  private static final double MIB = 1 << 20;
  private static final String IDLE = "idle charge";
  private static final String PEAK = "charge peak";

  /** A node gives back what only its start needed once it has been idle for so long. */
  private static final long IDLE_MS = Limits.IDLE_GIVE_BACK_NS / 1_000_000 + 2_000;

  private static final long IDLE_OTHERS_MS = 1_000;

  private static final String CACHE = "cache growth";
  private static final String KILLS = "kills";

  private Early begun;

  @Override
  public String name() {
    return NAME;
  }

  /** In a quick run the node is idle while other scenarios are measured. */
  @Override
  public void begin(Stage stage) throws InterruptedException {
    if (stage.quick() && stage.node().missing().isEmpty()) {
      begun = new Early(stage);
      begun.tryToStart();
    }
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "memory charged to a fresh control group while "
                + CONNECTIONS
                + " connections pull "
                + Series.number(Figures.gib(pulsesBytes(stage)))
                + " GiB of cold blobs in "
                + PULSES
                + " pulses");
    try (Early early = begun == null ? new Early(stage) : begun;
        Contest contest = new Contest(stage, report)) {
      enterFresh(stage, early, contest, report);
      for (Contender contender : stage.presentOthers(report)) {
        contest.also(
            subject(contender, FREE), SLOW_ROUNDS, () -> pull(stage, contender, FREE, report));
      }
      contest.run();
    }
    report.note("after the last byte one layer is fetched once more, and its digest compared");
    report.note(
        "each pulse pulls the next "
            + Series.number(Figures.gib(pulsesBytes(stage) / PULSES))
            + " GiB, which are made cold before; when all layers have been pulled, it begins again"
            + " with the first: what a server keeps of them falls there, and rises again");
    report.note(
        "pulses are "
            + Series.number(pauseMs(stage) / 1e3)
            + " s apart in the first round, which is drawn, and follow each other at once in the"
            + " others; throughput leaves the pauses out");
    report.note(
        "a node starts on a runtime that is not in the page cache, so that it is charged for its"
            + " runtime's files (cache at start) as on a machine of its own");
    report.note(
        "idle is "
            + IDLE_MS / 1000
            + " s after the start of a node, which gives back by then what only its start needed,"
            + " and "
            + IDLE_OTHERS_MS / 1000
            + " s after that of others, or more; cache growth is counted from then on");
    report.note(
        "charge peak is the kernel's high-water mark since before the process started, charge that"
            + " of the samples of pulses");
    bounds(stage, report);
    return report;
  }

  /** A node that is started early, to be idle while somebody else is measured. */
  private static final class Early implements AutoCloseable {
    private final Stage stage;
    private Session session;
    private long startedNs;

    Early(Stage stage) {
      this.stage = stage;
    }

    void start() throws IOException, InterruptedException {
      if (session == null) {
        startedNs = System.nanoTime();
        session = stage.open(stage.node(), FREE);
      }
    }

    /** The same beside somebody else, who is not to blame when it fails: it is tried again. */
    void tryToStart() throws InterruptedException {
      try {
        start();
      } catch (IOException | LinuxException e) {
        stage.progress().accept(NAME + ": " + e.getMessage());
      }
    }

    @Override
    public void close() {
      if (session != null) {
        session.close();
        session = null;
      }
    }
  }

  /**
   * Each for every measurement. The node is idle for long before it serves: meanwhile nginx is
   * measured, but no other node, which would be charged less for a runtime that both use.
   */
  private static void enterFresh(Stage stage, Early early, Contest contest, ScenarioReport report) {
    int rounds = stage.rounds(ROUNDS);
    List<Contender> present = stage.present(report);
    boolean node = present.contains(stage.node());
    if (present.contains(stage.peer())) {
      contest.also(
          subject(stage.peer(), FREE),
          rounds,
          () -> {
            if (node && report.series(subject(stage.node(), FREE), PEAK).isEmpty()) {
              early.tryToStart();
            }
            pull(stage, stage.peer(), FREE, report);
          });
    }
    if (node) {
      contest.also(subject(stage.node(), FREE), rounds, () -> pull(stage, early, report));
      contest.also(
          subject(stage.node(), LIMITED), rounds, () -> pull(stage, stage.node(), LIMITED, report));
    }
    if (present.contains(stage.peer())) {
      contest.also(
          subject(stage.peer(), LIMITED),
          stage.rounds(SLOW_ROUNDS),
          () -> pull(stage, stage.peer(), LIMITED, report));
    }
  }

  private static void pull(Stage stage, Early early, ScenarioReport report)
      throws IOException, InterruptedException {
    String subject = subject(stage.node(), FREE);
    try (early) {
      early.start();
      idle(early.session, early.startedNs, IDLE_MS, subject, report);
      pull(stage, early.session, subject, report);
    }
  }

  private static long idleMs(Stage stage, Contender contender) {
    return contender == stage.node() ? IDLE_MS : IDLE_OTHERS_MS;
  }

  /** Before any traffic but the question whether it is there. */
  private static void idle(
      Session session, long startedNs, long idleMs, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    Thread.sleep(Math.max(0, idleMs - (System.nanoTime() - startedNs) / 1_000_000));
    report.add(subject, IDLE, "MiB", session.memory().read().totalBytes() / MIB);
    report.add(subject, "idle RSS", "MiB", session.residentBytes() / MIB);
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
        idle(session, System.nanoTime(), idleMs(stage, contender), subject, report);
      }
      pull(stage, session, subject, report);
    }
  }

  private static void pull(Stage stage, Session session, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    boolean drawn = report.series(subject, PEAK).isEmpty();
    Session.Measurement[] pulses = new Session.Measurement[PULSES];
    long deviceBytes = 0;
    stage.layers().makeCold();
    try (MemoryTimeline timeline = session.timeline(SAMPLE_INTERVAL_MS)) {
      for (int i = 0; i < PULSES; i++) {
        LayerSet layers = pulse(stage, i);
        Thread.sleep(drawn ? pauseMs(stage) : 0);
        layers.makeCold();
        pulses[i] =
            session.measure(CONNECTIONS, BodyMode.DISCARD, RequestSource.once(ranges(layers)));
        deviceBytes += pulses[i].deviceBytes();
      }
      List<MemoryTimeline.Point> points = timeline.finish();
      Figures.add(report, subject, pulses);
      Figures.deviceReads(report, subject, deviceBytes, pulsesBytes(stage));
      Figures.noteDevice(report, session);
      memory(report, subject, points);
      int round = report.series(subject, PEAK).orElseThrow().values().size();
      report.timeline(ScenarioReport.round(subject, round), points);
    }
    // Ranges have no digest: a server that sends other bytes of the right number is no server.
    BlobRequest whole = Running.whole(stage.layers().layers().get(0));
    session.measure(1, BodyMode.VERIFY, RequestSource.once(List.of(whole)));
  }

  private static long pauseMs(Stage stage) {
    return stage.quick() ? QUICK_PAUSE_MS : PAUSE_MS;
  }

  /** The layers of a pulse: the next ones, and the first ones again after the last. */
  private static LayerSet pulse(Stage stage, int number) {
    List<Layer> all = stage.layers().layers();
    int count = Math.min(stage.quick() ? 1 : LAYERS, all.size());
    List<Layer> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(all.get((number * count + i) % all.size()));
    }
    return new LayerSet(stage.layers().layout(), some);
  }

  private static long pulsesBytes(Stage stage) {
    long bytes = 0;
    for (int i = 0; i < PULSES; i++) {
      bytes += pulse(stage, i).totalBytes();
    }
    return bytes;
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
    report.add(subject, KILLS, "", last.oomKills());
  }

  /** Each layer in equal parts, so that all connections work and each byte is served once. */
  private static List<BlobRequest> ranges(LayerSet layers) {
    int parts = Math.ceilDiv(CONNECTIONS, layers.layers().size());
    List<BlobRequest> requests = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      for (Layer layer : layers.layers()) {
        long from = layer.sizeBytes() * part / parts;
        long to = layer.sizeBytes() * (part + 1) / parts;
        requests.add(BlobRequest.range(Running.path(layer), from, to - from));
      }
    }
    return requests;
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String free = subject(stage.node(), FREE);
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
            report.ratio(Figures.THROUGHPUT, limited, free),
            !stage.quick()));
  }
}
