package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.meter.CpuMeter;
import io.sluice.perf.meter.DeviceMeter;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Distinct cold blobs, each served once, one connection for each of eight. */
public final class ColdWorkload implements Workload {
  /** Of what fio reads with O_DIRECT in the same round. */
  static final double OF_FIO_MIN = 0.9;

  /** Of what nginx serves with sendfile in the same round. */
  static final double OF_PEER_MIN = 1.4;

  /** Of nginx's CPU time for each GiB. */
  static final double CPU_OF_PEER_MAX = 0.9;

  private static final int CONNECTIONS = 8;

  /** In a round; the page cache is emptied before each. */
  private static final int PASSES = 2;

  private static final int WARM_UP_PASSES = 2;

  /** Of contenders that no promise is about. */
  private static final int OTHERS_PASSES = 1;

  /** fio reads as fast from half of the layers. */
  private static final int FIO_LAYERS = 4;

  private static final double NS_PER_S = 1e9;
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "distinct cold blobs, "
                + CONNECTIONS
                + " connections, "
                + Series.number(Figures.gib(PASSES * stage.layers().totalBytes()))
                + " GiB a round");
    WarmUp warmUp = new WarmUp(stage.layers(), CONNECTIONS, true, WARM_UP_PASSES);
    warmUp.note(report);
    Optional<String> noFio = stage.fio().missing();
    noFio.ifPresent(why -> report.note("without fio: " + why));
    try (Contest contest = new Contest(stage, report)) {
      contest.enterAll(
          stage.all(report),
          (name, session) -> warmUp.run(session),
          (subject, session) -> serve(stage, session, subject, report));
      if (noFio.isEmpty()) {
        for (Fio fio : List.of(stage.fio(), stage.fio().onHugePages())) {
          contest.also(fio.name(), () -> readWithFio(stage, fio, report));
        }
      }
      contest.also(Ceiling.SUBJECT, 1, () -> Ceiling.bytes(CONNECTIONS, stage.layers(), report));
      contest.run();
    }
    Ceiling.note(report, Figures.THROUGHPUT);
    bounds(stage, report);
    return report;
  }

  private static void serve(Stage stage, Session session, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    int passes = session.promised() ? PASSES : OTHERS_PASSES;
    Session.Measurement[] measured = new Session.Measurement[passes];
    long deviceBytes = 0;
    for (int pass = 0; pass < passes; pass++) {
      stage.layers().makeCold();
      measured[pass] =
          session.measure(CONNECTIONS, BodyMode.DISCARD, WarmUp.wholeLayers(stage.layers()));
      deviceBytes += measured[pass].deviceBytes();
    }
    Figures.add(report, subject, measured);
    Figures.deviceReads(report, subject, deviceBytes, passes * stage.layers().totalBytes());
    report.add(subject, "charge peak", "MiB", session.memory().read().peakBytes() / MIB);
    Figures.noteDevice(report, session);
  }

  private static void readWithFio(Stage stage, Fio fio, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeCold();
    try (Cgroup group = stage.group()) {
      DeviceMeter device = group.device(DeviceMeter.deviceOf(stage.layers().layout()));
      CpuMeter cpu = group.cpu();
      long deviceBefore = device.readBytes();
      List<Layer> layers = stage.layers().layers();
      List<Layer> some = layers.subList(0, Math.min(FIO_LAYERS, layers.size()));
      Fio.Reading reading = fio.read(group, new LayerSet(stage.layers().layout(), some));
      String subject = fio.name();
      report.add(subject, Figures.THROUGHPUT, "GiB/s", reading.gibPerSecond());
      report.add(subject, Figures.CPU, "s/GiB", cpu.usedNs() / NS_PER_S / reading.gib());
      Figures.deviceReads(report, subject, device.readBytes() - deviceBefore, reading.bytes());
    }
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String node = stage.node().name();
    String peer = stage.peer().name();
    String fio = stage.fio().name();
    boolean judged = !stage.quick();
    report.add(
        Bound.usual(
            "cold throughput over " + fio + "'s",
            false,
            OF_FIO_MIN,
            report.ratio(Figures.THROUGHPUT, node, fio),
            judged));
    // Not promised; said so that nobody takes fio's default for the disk's limit.
    String ceiling = stage.fio().onHugePages().name();
    report.add(
        Bound.usual(
            "cold throughput over " + ceiling,
            false,
            OF_FIO_MIN,
            report.ratio(Figures.THROUGHPUT, node, ceiling),
            false));
    report.add(
        Bound.usual(
            "cold throughput over " + peer + "'s",
            false,
            OF_PEER_MIN,
            report.ratio(Figures.THROUGHPUT, node, peer),
            judged));
    report.add(
        Bound.usual(
            "CPU for a cold GiB over " + peer + "'s",
            true,
            CPU_OF_PEER_MAX,
            report.ratio(Figures.CPU, node, peer),
            judged));
  }
}
