package io.sluice.perf.workload;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.EventResult;
import io.sluice.perf.load.Zipf;
import io.sluice.perf.meter.DeviceMeter;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * What a node of a cluster is asked for: few blobs often and most seldom, small and large ones
 * beside each other, inside a memory limit that holds only some of them.
 */
public final class MixWorkload implements Workload {
  /** No promise depends on the spread. */
  private static final int ROUNDS = 2;

  private static final int SMALL_IMAGES = 150;
  private static final int QUICK_SMALL_IMAGES = 25;
  private static final int SMALL_LAYERS = 20;
  private static final long SMALL_LEAST_BYTES = 1 << 10;
  private static final long SMALL_MOST_BYTES = 64 << 10;
  private static final int LARGE_LAYERS = 64;
  private static final int QUICK_LARGE_LAYERS = 16;
  private static final long LARGE_LEAST_BYTES = 1 << 20;
  private static final long LARGE_MOST_BYTES = 64 << 20;
  private static final long QUICK_LARGE_MOST_BYTES = 32 << 20;

  /** One request of so many is for a large blob. */
  private static final int LARGE_SHARE = 8;

  private static final double EXPONENT = 0.9;
  private static final int REQUESTS = 1 << 14;
  private static final int PROBE_CONNECTIONS = 16;
  private static final int CONNECTIONS = 128;
  private static final int CHECKING_CONNECTIONS = 8;
  private static final long PROBE_NS = 1_500_000_000L;
  private static final long QUICK_PROBE_NS = 200_000_000L;
  private static final long OPEN_NS = 2_500_000_000L;
  private static final long QUICK_OPEN_NS = 500_000_000L;
  private static final long SAMPLE_INTERVAL_MS = 20;
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "mix";
  }

  @Override
  public List<LayerPlan> data(Stage.Plan plan) {
    int images = plan.quick() ? QUICK_SMALL_IMAGES : SMALL_IMAGES;
    LayerPlan small =
        LayerPlan.spread("small", images, SMALL_LAYERS, SMALL_LEAST_BYTES, SMALL_MOST_BYTES);
    int layers = plan.quick() ? QUICK_LARGE_LAYERS : LARGE_LAYERS;
    long mostBytes = plan.quick() ? QUICK_LARGE_MOST_BYTES : LARGE_MOST_BYTES;
    return List.of(small.and(LayerPlan.spread("large", 1, layers, LARGE_LEAST_BYTES, mostBytes)));
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    boolean quick = stage.quick();
    LayerSet layers = stage.layers(data(stage.plan()).getFirst());
    int small = (quick ? QUICK_SMALL_IMAGES : SMALL_IMAGES) * SMALL_LAYERS;
    ScenarioReport report =
        new ScenarioReport(
            name(),
            small
                + " small blobs and "
                + (layers.layers().size() - small)
                + " large ones, "
                + Series.number(layers.totalBytes() / MIB)
                + " MiB, each by a Zipf law of exponent "
                + EXPONENT
                + ", each contender inside "
                + Series.number(LimitedWorkload.LIMIT_BYTES / MIB)
                + " MiB");
    report.note("one request of " + LARGE_SHARE + " is for a large blob (1 MiB or more)");
    Drawn drawn = Drawn.of(layers, small, stage.plan().seed());
    WarmUp warmUp = new WarmUp(layers, CHECKING_CONNECTIONS, true, 0);
    warmUp.note(report);
    FairRate rate = new FairRate(PROBE_CONNECTIONS, quick ? QUICK_PROBE_NS : PROBE_NS);
    OptionalLong limit = OptionalLong.of(LimitedWorkload.LIMIT_BYTES);
    try (Contest contest = new Contest(stage, report)) {
      List<Contender> present = stage.all(report, Set.of(Unfit.READ_MODES));
      for (Contender contender : present) {
        contest.enter(
            contender,
            layers,
            limit,
            (name, session) -> {
              warmUp.run(session);
              rate.probe(name, session, drawn.request());
            });
      }
      for (Contender contender : present) {
        contest.turn(
            contender,
            contender.name(),
            (subject, session) -> serve(stage, session, subject, layers, drawn, rate, report));
      }
      contest.also(Ceiling.SUBJECT, 1, () -> ceiling(stage, drawn, report));
      contest.runAtMost(ROUNDS);
    }
    rate.note(report);
    Ceiling.note(report, OpenLoop.REQUESTS);
    Ceiling.note(report, Figures.THROUGHPUT);
    return report;
  }

  /** Which blobs are asked for, the same for all contenders; the first of them are small. */
  private record Drawn(List<Layer> layers, int smallCount, int[] items) {
    static Drawn of(LayerSet layers, int smallCount, long seed) {
      Zipf small = new Zipf(smallCount, EXPONENT, seed);
      Zipf large = new Zipf(layers.layers().size() - smallCount, EXPONENT, seed + 1);
      SplittableRandom random = new SplittableRandom(seed + 2);
      int[] items = new int[REQUESTS];
      for (int i = 0; i < items.length; i++) {
        items[i] = random.nextInt(LARGE_SHARE) == 0 ? smallCount + large.next() : small.next();
      }
      return new Drawn(layers.layers(), smallCount, items);
    }

    boolean large(int request) {
      return items[request % items.length] >= smallCount;
    }

    int meanBytes() {
      return (int)
          Arrays.stream(items)
              .mapToLong(item -> layers.get(item).sizeBytes())
              .average()
              .orElseThrow();
    }

    IntFunction<BlobRequest> request() {
      return i -> Running.whole(layers.get(items[i % items.length]));
    }
  }

  /** Answers of the size that requests have in the mean. */
  private static void ceiling(Stage stage, Drawn drawn, ScenarioReport report)
      throws IOException, InterruptedException {
    Ceiling.requests(
        PROBE_CONNECTIONS, drawn.meanBytes(), stage.quick() ? QUICK_PROBE_NS : PROBE_NS, report);
  }

  private static void serve(
      Stage stage,
      Session session,
      String subject,
      LayerSet layers,
      Drawn drawn,
      FairRate rate,
      ScenarioReport report)
      throws IOException, InterruptedException {
    layers.makeCold();
    OpenLoop loop =
        new OpenLoop(
            CONNECTIONS,
            rate.perSecond(session.running().name()),
            stage.quick() ? QUICK_OPEN_NS : OPEN_NS,
            stage.plan().seed());
    Histogram small = new Histogram(3);
    Histogram largeFirst = new Histogram(3);
    Histogram large = new Histogram(3);
    DeviceMeter device = session.group().device(DeviceMeter.deviceOf(layers.layout()));
    long deviceBefore = device.readBytes();
    try (MemoryTimeline timeline = session.timeline(SAMPLE_INTERVAL_MS)) {
      EventResult result =
          loop.run(
              session,
              subject,
              drawn.request(),
              (i, firstNs, lastNs) -> {
                (drawn.large(i) ? largeFirst : small)
                    .recordValue(drawn.large(i) ? firstNs : lastNs);
                if (drawn.large(i)) {
                  large.recordValue(lastNs);
                }
              },
              report);
      report.add(subject, Figures.THROUGHPUT, "GiB/s", result.load().gibPerSecond());
      long bytes = result.load().bodyBytes();
      Figures.deviceReads(report, subject, device.readBytes() - deviceBefore, bytes);
      long peak = MemoryTimeline.peakBytes(timeline.finish(), point -> point.charge().totalBytes());
      report.add(subject, "charge peak", "MiB", peak / MIB);
    }
    OpenLoop.latency(report, subject, "small, time to last byte", small);
    report.latency(subject, "large, time to first byte", largeFirst);
    report.latency(subject, "large, time to last byte", large);
    Figures.noteDevice(report, session);
  }
}
