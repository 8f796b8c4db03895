package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.PageCache;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory while very much is served: half of the layers are hot, half are cold. By hours instead of
 * bytes it is {@link DriftSoak}.
 */
public final class SoakWorkload implements Workload {
  /** The most that a trend may add over the whole soak, after the warm-up. */
  static final double GROWTH_MAX_MIB = 4;

  /** The part of the soak after which the just-in-time compiler has done its work. */
  private static final double WARM_UP_PART = 0.2;

  private static final int CONNECTIONS = 8;
  private static final long SAMPLE_INTERVAL_MS = 500;

  /** A shorter soak says nothing. */
  private static final double SECONDS_MIN = 20;

  private static final double NS_PER_S = 1e9;
  private static final double MIB = 1 << 20;
  private static final double GIB = 1L << 30;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    return stage.plan().soakHours() > 0 ? hours(stage) : bytes(stage);
  }

  private ScenarioReport hours(Stage stage) throws InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "what grows in "
                + Series.number(stage.plan().soakHours())
                + " h of a mixed load, sampled every 10 s");
    ifThere(stage, report, () -> DriftSoak.run(stage, report));
    return report;
  }

  private static void ifThere(Stage stage, ScenarioReport report, Stage.Step step)
      throws InterruptedException {
    Optional<String> missing = stage.node().missing();
    if (missing.isPresent()) {
      report.fail(stage.node().name(), missing.get());
      return;
    }
    try (Contest contest = new Contest(stage, report)) {
      contest.also(stage.node().name(), step);
      contest.once();
    }
  }

  private ScenarioReport bytes(Stage stage) throws InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "memory while "
                + (stage.plan().timed() ? "at most " : "")
                + Series.number(stage.plan().soakBytes() / GIB)
                + " GiB are served over "
                + CONNECTIONS
                + " connections, half hot, half cold");
    if (stage.plan().timed()) {
      report.note("it ends when the run has taken its time: --soak-gib N serves N GiB");
    }
    report.note(
        "growth is the slope of a straight line through the samples after the first "
            + Math.round(100 * WARM_UP_PART)
            + " %, over what was served from then on");
    ifThere(stage, report, () -> soak(stage, report));
    for (Memory memory : Memory.values()) {
      report.add(
          Bound.always(
              "growth of " + memory.text + " while it served",
              true,
              GROWTH_MAX_MIB,
              report.series(stage.node().name(), memory.text + " growth"),
              !stage.quick()));
    }
    return report;
  }

  private static void soak(Stage stage, ScenarioReport report)
      throws IOException, InterruptedException {
    List<Layer> layers = stage.layers().layers();
    stage.layers().makeCold();
    for (int i = 0; i < layers.size(); i += 2) {
      PageCache.load(layers.get(i).file());
    }
    try (Session session = stage.open(stage.node(), OptionalLong.empty())) {
      LoadGenerator generator =
          new LoadGenerator(session.running().address(), CONNECTIONS, BodyMode.DISCARD);
      Watch watch = new Watch(stage, session, generator);
      watch.start();
      Session.Measurement measured;
      try {
        measured = session.measure(generator, endless(stage, layers));
      } finally {
        watch.finish();
      }
      String subject = session.running().name();
      report.add(subject, "served", "GiB", measured.load().gib());
      report.add(subject, "throughput", "GiB/s", measured.load().gibPerSecond());
      report.add(subject, "CPU", "s/GiB", measured.cpuSecondsPerGib());
      report.add(subject, "charge peak", "MiB", session.memory().read().peakBytes() / MIB);
      double warmUpGib = measured.load().gib() * WARM_UP_PART;
      for (Memory memory : Memory.values()) {
        Trend trend = watch.trend(memory, warmUpGib);
        report.add(subject, memory.text + " first", "MiB", trend.first());
        report.add(subject, memory.text + " last", "MiB", trend.last());
        double growthMib = Math.max(0, trend.slope() * (measured.load().gib() - warmUpGib));
        report.add(subject, memory.text + " growth", "MiB", growthMib);
      }
    }
  }

  private static RequestSource endless(Stage stage, List<Layer> layers) {
    AtomicInteger position = new AtomicInteger();
    AtomicLong leftBytes = new AtomicLong(stage.plan().soakBytes());
    double seconds = stage.timetable().leftS();
    long endNs = System.nanoTime() + (long) (Math.max(SECONDS_MIN, seconds) * NS_PER_S);
    boolean timed = stage.plan().timed();
    return () -> {
      if (timed && System.nanoTime() - endNs > 0) {
        return null;
      }
      Layer layer = layers.get(Math.floorMod(position.getAndIncrement(), layers.size()));
      BlobRequest request = Running.whole(layer);
      return leftBytes.getAndAdd(-layer.sizeBytes()) > 0 ? request : null;
    };
  }

  /** What must not grow. */
  private enum Memory {
    RESIDENT("RSS"),
    CHARGE("charge"),
    CACHE("page cache");

    private final String text;

    Memory(String text) {
      this.text = text;
    }

    private double mib(Session session) throws IOException {
      return switch (this) {
        case RESIDENT -> session.residentBytes() / MIB;
        case CHARGE -> session.memory().read().totalBytes() / MIB;
        case CACHE -> session.memory().read().cacheBytes() / MIB;
      };
    }
  }

  /** Samples memory against bytes served. */
  private static final class Watch extends Thread {
    private final Stage stage;
    private final Session session;
    private final LoadGenerator generator;
    private final List<Double> servedGib = new ArrayList<>();
    private final Map<Memory, List<Double>> mib = new EnumMap<>(Memory.class);
    private IOException failure;

    Watch(Stage stage, Session session, LoadGenerator generator) {
      super("soak-watch");
      setDaemon(true);
      this.stage = stage;
      this.session = session;
      this.generator = generator;
      for (Memory memory : Memory.values()) {
        mib.put(memory, new ArrayList<>());
      }
    }

    @Override
    public void run() {
      long reportedBytes = 0;
      long soakBytes = stage.plan().soakBytes();
      try {
        while (true) {
          Thread.sleep(SAMPLE_INTERVAL_MS);
          long servedBytes = generator.bodyBytes();
          sample(servedBytes);
          if (servedBytes - reportedBytes > soakBytes / 10) {
            reportedBytes = servedBytes;
            stage.progress().accept(progress(servedBytes));
          }
        }
      } catch (InterruptedException done) {
        return;
      } catch (IOException e) {
        failure = e;
      }
    }

    private void sample(long servedBytes) throws IOException {
      for (Map.Entry<Memory, List<Double>> entry : mib.entrySet()) {
        entry.getValue().add(entry.getKey().mib(session));
      }
      servedGib.add(servedBytes / GIB);
    }

    /** Of the samples after some were served; once it has finished. */
    Trend trend(Memory memory, double fromGib) {
      Trend trend = new Trend();
      for (int i = 0; i < servedGib.size(); i++) {
        if (servedGib.get(i) >= fromGib) {
          trend.add(servedGib.get(i), mib.get(memory).get(i));
        }
      }
      return trend;
    }

    private String progress(long servedBytes) throws IOException {
      return "soak: "
          + Series.number(servedBytes / GIB)
          + " GiB served, "
          + Series.number(Memory.RESIDENT.mib(session))
          + " MiB resident, "
          + Series.number(Memory.CHARGE.mib(session))
          + " MiB charged";
    }

    void finish() throws IOException, InterruptedException {
      interrupt();
      join();
      if (failure != null) {
        throw failure;
      }
    }
  }
}
