package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.PageCache;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.MixedLoad;
import io.sluice.perf.meter.ProcessMeter;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Hours of what a node goes through, and a verdict on whether anything of it grows. One thread.
 *
 * <p>Every figure is judged by the 95 % interval of its {@link Slope}, told for the whole time.
 */
final class DriftSoak {
  /** The most that memory may grow by. */
  static final double MEMORY_MAX_MIB = 4;

  /** The most that open descriptors may grow by. */
  static final double DESCRIPTORS_MAX = 2;

  /** The most that threads may grow by. */
  static final double THREADS_MAX = 1;

  /** The most that the time to the first byte may grow by. */
  static final double LATENCY_MAX_PERCENT = 10;

  /** Nothing is sampled before: the compiler is at work. */
  private static final double WARM_UP_PART = 0.2;

  private static final double WARM_UP_HOURS_MAX = 1 / 6.0;
  private static final long SAMPLE_NS = 10_000_000_000L;
  private static final long PROGRESS_NS = 60_000_000_000L;

  /** So that a slice has a 99th percentile. */
  private static final int ANSWERS_MIN = 100;

  private static final double MIB = 1 << 20;
  private static final double GIB = 1L << 30;
  private static final double NS_PER_MS = 1e6;
  private static final double NS_PER_HOUR = 3.6e12;

  private final Stage stage;
  private final Session session;
  private final MixedLoad load;
  private final ProcessMeter processes = new ProcessMeter();
  private final Drift charge = Drift.absolute("charge", "MiB", MEMORY_MAX_MIB);
  private final Drift resident = Drift.absolute("RSS", "MiB", MEMORY_MAX_MIB);
  private final Drift descriptors = Drift.absolute("descriptors", "", DESCRIPTORS_MAX);
  private final Drift threads = Drift.absolute("threads", "", THREADS_MAX);
  private final Drift latency = Drift.relative("p99 to first byte", "ms", LATENCY_MAX_PERCENT);

  private DriftSoak(Stage stage, Session session, MixedLoad load) {
    this.stage = stage;
    this.session = session;
    this.load = load;
  }

  /**
   * Does it.
   *
   * @param stage what to work with; its plan says for how long
   * @param report where what is found goes
   * @throws IOException when the node failed a client
   * @throws InterruptedException when this thread is interrupted
   */
  static void run(Stage stage, ScenarioReport report) throws IOException, InterruptedException {
    List<BlobRequest> cold = new ArrayList<>();
    List<BlobRequest> hot = new ArrayList<>();
    stage.layers().makeCold();
    List<Layer> layers = stage.layers().layers();
    for (int i = 0; i < layers.size(); i++) {
      if (i % 2 == 0) {
        PageCache.load(layers.get(i).file());
      }
      (i % 2 == 0 ? hot : cold).add(Running.whole(layers.get(i)));
    }
    Layer manifest = stage.layers().manifest();
    BlobRequest small = Running.manifest(manifest);
    report.note(MixedLoad.DESCRIPTION);
    try (Session session = stage.open(stage.node(), OptionalLong.empty());
        MixedLoad load =
            new MixedLoad(session.running().address(), cold, hot, small, stage.plan().seed())) {
      new DriftSoak(stage, session, load).watch(report);
    }
  }

  private void watch(ScenarioReport report) throws IOException, InterruptedException {
    double hours = stage.plan().soakHours();
    double warmUpHours = Math.min(WARM_UP_HOURS_MAX, WARM_UP_PART * hours);
    long startNs = System.nanoTime();
    long endNs = startNs + (long) (hours * NS_PER_HOUR);
    long progressNs = startNs + PROGRESS_NS;
    for (long dueNs = startNs + SAMPLE_NS; dueNs <= endNs; dueNs += SAMPLE_NS) {
      Thread.sleep(Math.max(0, dueNs - System.nanoTime()) / 1_000_000);
      if (load.failure().isPresent() || !session.running().process().running()) {
        throw new IOException(
            "after "
                + Series.number((dueNs - startNs) / NS_PER_HOUR)
                + " h "
                + load.failure().orElse("the node ended; its log ends in:")
                + "\n"
                + session.running().process().logTail());
      }
      Histogram answers = load.takeFirstBytesNs();
      double atHours = (dueNs - startNs) / NS_PER_HOUR;
      if (atHours >= warmUpHours) {
        sample(atHours, answers);
      }
      if (dueNs >= progressNs) {
        progressNs += PROGRESS_NS;
        progress(atHours);
      }
    }
    String subject = session.running().name();
    report.add(subject, "served", "GiB", load.bodyBytes() / GIB);
    report.add(subject, "charge peak", "MiB", session.memory().read().peakBytes() / MIB);
    for (Drift drift : List.of(charge, resident, descriptors, threads, latency)) {
      drift.report(report, subject, hours);
    }
  }

  private void sample(double atHours, Histogram answers) throws IOException {
    List<Long> ids = session.group().processes();
    charge.add(atHours, session.memory().read().totalBytes() / MIB);
    resident.add(atHours, session.residentBytes() / MIB);
    descriptors.add(atHours, processes.descriptors(ids));
    threads.add(atHours, processes.threads(ids));
    if (answers.getTotalCount() >= ANSWERS_MIN) {
      latency.add(atHours, answers.getValueAtPercentile(99) / NS_PER_MS);
    }
  }

  private void progress(double atHours) throws IOException {
    List<Long> ids = session.group().processes();
    stage
        .progress()
        .accept(
            "soak: "
                + Series.number(atHours)
                + " h, "
                + Series.number(load.bodyBytes() / GIB)
                + " GiB served, "
                + Series.number(session.residentBytes() / MIB)
                + " MiB resident, "
                + Series.number(session.memory().read().totalBytes() / MIB)
                + " MiB charged, "
                + processes.descriptors(ids)
                + " descriptors, "
                + processes.threads(ids)
                + " threads");
  }
}
