package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.PageCache;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.ResidentSetMeter;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Resident memory while very much is served: half of the layers are hot, half are cold. */
public final class SoakWorkload implements Workload {
  /** The most that the trend may add over the whole soak, after the warm-up. */
  static final double GROWTH_MAX_MIB = 4;

  /** The part of the soak after which the just-in-time compiler has done its work. */
  private static final double WARM_UP_PART = 0.2;

  private static final int CONNECTIONS = 8;
  private static final long SAMPLE_INTERVAL_MS = 500;
  private static final double MIB = 1 << 20;
  private static final double GIB = 1L << 30;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "resident memory while "
                + Series.number(stage.plan().soakBytes() / GIB)
                + " GiB are served over "
                + CONNECTIONS
                + " connections, half hot, half cold");
    Optional<String> missing = stage.node().missing();
    Optional<Double> growthMib = Optional.empty();
    if (missing.isPresent()) {
      report.note("without " + stage.node().name() + ": " + missing.get());
    } else {
      growthMib = Optional.of(soak(stage, report));
    }
    report.add(
        new Bound(
            "growth of resident memory after the first fifth",
            true,
            GROWTH_MAX_MIB,
            "MiB",
            growthMib,
            !stage.quick()));
    return report;
  }

  private static double soak(Stage stage, ScenarioReport report)
      throws IOException, InterruptedException {
    List<Layer> layers = stage.layers().layers();
    stage.layers().makeCold();
    for (int i = 0; i < layers.size(); i += 2) {
      PageCache.load(layers.get(i).file());
    }
    Trend trend = new Trend();
    try (Session session = stage.open(stage.node(), OptionalLong.empty())) {
      LoadGenerator generator =
          new LoadGenerator(session.running().address(), CONNECTIONS, BodyMode.DISCARD);
      Watch watch = new Watch(stage, session, generator, trend);
      watch.start();
      Session.Measurement measured;
      try {
        measured = session.measure(generator, endless(layers, stage.plan().soakBytes()));
      } finally {
        watch.finish();
      }
      String subject = session.running().name();
      report.add(subject, "throughput", "GiB/s", measured.load().gibPerSecond());
      report.add(subject, "CPU", "s/GiB", measured.cpuSecondsPerGib());
      report.add(subject, "RSS first", "MiB", trend.first());
      report.add(subject, "RSS last", "MiB", trend.last());
      report.add(subject, "RSS peak", "MiB", watch.peakMib);
      report.add(subject, "charge peak", "MiB", session.memory().read().peakBytes() / MIB);
      report.add(subject, "RSS slope", "KiB/GiB", trend.slope() * 1024);
      double soakedGib = stage.plan().soakBytes() / GIB * (1 - WARM_UP_PART);
      return Math.max(0, trend.slope() * soakedGib);
    }
  }

  private static RequestSource endless(List<Layer> layers, long totalBytes) {
    AtomicInteger position = new AtomicInteger();
    AtomicLong leftBytes = new AtomicLong(totalBytes);
    return () -> {
      Layer layer = layers.get(Math.floorMod(position.getAndIncrement(), layers.size()));
      BlobRequest request = Running.whole(layer);
      return leftBytes.getAndAdd(-layer.sizeBytes()) > 0 ? request : null;
    };
  }

  /** Samples resident memory against bytes served. */
  private static final class Watch extends Thread {
    private final Stage stage;
    private final Session session;
    private final LoadGenerator generator;
    private final Trend trend;
    private final ResidentSetMeter meter = new ResidentSetMeter();
    private double peakMib;
    private IOException failure;

    Watch(Stage stage, Session session, LoadGenerator generator, Trend trend) {
      super("soak-watch");
      setDaemon(true);
      this.stage = stage;
      this.session = session;
      this.generator = generator;
      this.trend = trend;
    }

    @Override
    public void run() {
      long reportedBytes = 0;
      try {
        while (true) {
          Thread.sleep(SAMPLE_INTERVAL_MS);
          long servedBytes = generator.bodyBytes();
          double residentMib = meter.residentBytes(session.group().processes()) / MIB;
          peakMib = Math.max(peakMib, residentMib);
          if (servedBytes >= stage.plan().soakBytes() * WARM_UP_PART) {
            trend.add(servedBytes / GIB, residentMib);
          }
          if (servedBytes - reportedBytes > stage.plan().soakBytes() / 10) {
            reportedBytes = servedBytes;
            stage
                .progress()
                .accept(
                    "soak: "
                        + Series.number(servedBytes / GIB)
                        + " GiB served, "
                        + Series.number(residentMib)
                        + " MiB resident");
          }
        }
      } catch (InterruptedException done) {
        return;
      } catch (IOException e) {
        failure = e;
      }
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
