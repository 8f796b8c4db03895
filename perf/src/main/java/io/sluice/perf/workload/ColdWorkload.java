package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.contender.Running;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.LoadResult;
import io.sluice.perf.load.LoopbackSender;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.CpuMeter;
import io.sluice.perf.meter.DeviceMeter;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Distinct cold blobs, each served once, one connection for each of eight. */
public final class ColdWorkload implements Workload {
  /** Of what fio reads with O_DIRECT in the same round. */
  static final double OF_FIO_MIN = 0.85;

  /** Of what nginx serves with sendfile in the same round. */
  static final double OF_PEER_MIN = 1.2;

  private static final int CONNECTIONS = 8;
  private static final double GIB = 1L << 30;
  private static final double NS_PER_S = 1e9;
  private static final String THROUGHPUT = "throughput";
  private static final String CEILING = "loopback TCP, no disk";

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
                + Series.number(stage.layers().totalBytes() / GIB)
                + " GiB a round");
    Optional<String> noFio = stage.fio().missing();
    noFio.ifPresent(why -> report.note("without fio: " + why));
    Map<Contender, Session> sessions = new LinkedHashMap<>();
    try {
      for (Contender contender : stage.present(report)) {
        stage.progress().accept("cold: starting " + contender.name() + ", comparing every digest");
        Session session = stage.open(contender, OptionalLong.empty());
        sessions.put(contender, session);
        stage.layers().makeCold();
        session.measure(CONNECTIONS, BodyMode.VERIFY, wholeLayers(stage));
      }
      for (int round = 0; round < stage.rounds(); round++) {
        List<Stage.Step> steps = new ArrayList<>();
        sessions.forEach((c, session) -> steps.add(() -> serve(stage, session, report)));
        if (noFio.isEmpty()) {
          steps.add(() -> readWithFio(stage, report));
        }
        steps.add(() -> ceiling(stage, report));
        stage.progress().accept("cold: round " + (round + 1) + " of " + stage.rounds());
        Stage.interleave(round, steps);
      }
    } finally {
      sessions.values().forEach(Session::close);
    }
    bounds(stage, report);
    return report;
  }

  private static RequestSource wholeLayers(Stage stage) {
    return RequestSource.once(stage.layers().layers().stream().map(Running::whole).toList());
  }

  private static void serve(Stage stage, Session session, ScenarioReport report)
      throws IOException, InterruptedException {
    String subject = session.running().name();
    stage.layers().makeCold();
    Session.Measurement measured =
        session.measure(CONNECTIONS, BodyMode.DISCARD, wholeLayers(stage));
    LoadResult load = measured.load();
    report.add(subject, THROUGHPUT, "GiB/s", load.gibPerSecond());
    report.add(subject, "CPU", "s/GiB", measured.cpuSecondsPerGib());
    report.add(subject, "client CPU", "s/GiB", load.clientCpuNs() / NS_PER_S / load.gib());
    report.add(subject, "device reads", "B/B", measured.deviceBytesPerByte());
    report.latency(subject, "time to first byte", load.timeToFirstByteNs());
    report.latency(subject, "time to last byte", load.timeToLastByteNs());
    if (!session.ownDeviceReadsOnly()) {
      report.note("device reads are those of the whole machine");
    }
  }

  private static void readWithFio(Stage stage, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeCold();
    try (Cgroup group = stage.group()) {
      DeviceMeter device = group.device(DeviceMeter.deviceOf(stage.layers().layout()));
      CpuMeter cpu = group.cpu();
      long deviceBefore = device.readBytes();
      Fio.Reading reading = stage.fio().read(group, stage.layers());
      String subject = stage.fio().name();
      report.add(subject, THROUGHPUT, "GiB/s", reading.gibPerSecond());
      report.add(subject, "CPU", "s/GiB", cpu.usedNs() / NS_PER_S / reading.gib());
      report.add(
          subject,
          "device reads",
          "B/B",
          (device.readBytes() - deviceBefore) / GIB / reading.gib());
    }
  }

  /** The generator's own limit: the same bytes from memory. */
  private static void ceiling(Stage stage, ScenarioReport report)
      throws IOException, InterruptedException {
    long bodyBytes = stage.layers().layers().get(0).sizeBytes();
    List<BlobRequest> requests = new ArrayList<>();
    stage.layers().layers().forEach(layer -> requests.add(BlobRequest.whole("/", bodyBytes, "")));
    try (LoopbackSender sender = new LoopbackSender(bodyBytes)) {
      LoadResult load =
          new LoadGenerator(sender.address(), CONNECTIONS, BodyMode.DISCARD)
              .run(RequestSource.once(requests));
      if (!load.failures().isEmpty()) {
        throw new IOException("the ceiling could not be measured: " + load.failures().get(0));
      }
      report.add(CEILING, THROUGHPUT, "GiB/s", load.gibPerSecond());
      report.add(CEILING, "client CPU", "s/GiB", load.clientCpuNs() / NS_PER_S / load.gib());
    }
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    Optional<Series> node = report.series(stage.node().name(), THROUGHPUT);
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(stage.fio().name(), OF_FIO_MIN);
    others.put(stage.peer().name(), OF_PEER_MIN);
    others.forEach(
        (other, limit) -> {
          Optional<Double> ratio =
              node.flatMap(n -> report.series(other, THROUGHPUT).map(n::over)).map(Series::median);
          report.add(
              new Bound(
                  "cold throughput over " + other + "'s", false, limit, "", ratio, !stage.quick()));
        });
  }
}
