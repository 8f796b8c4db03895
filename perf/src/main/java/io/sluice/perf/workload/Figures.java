package io.sluice.perf.workload;

import io.sluice.perf.load.LoadResult;
import io.sluice.perf.meter.ContextSwitches;
import io.sluice.perf.meter.Cost;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.meter.MemoryTimeline.Point;
import io.sluice.perf.report.ScenarioReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Names of figures that several scenarios report, and how they are filled in. */
final class Figures {
  static final String THROUGHPUT = "throughput";
  static final String CPU = "CPU";
  static final String CLIENT_CPU = "client CPU";
  static final String DEVICE_READS = "device reads";

  private static final double MIB = 1 << 20;
  private static final double GIB = 1L << 30;
  private static final double NS_PER_S = 1e9;

  private Figures() {}

  /**
   * Adds what a load cost.
   *
   * @param report where to
   * @param subject what was measured
   * @param measured one or more measurements of the same round, one after the other: amounts are
   *     added up, of memory the peaks are taken
   */
  static void add(ScenarioReport report, String subject, Session.Measurement... measured) {
    double gib = 0;
    double seconds = 0;
    double cpuS = 0;
    double clientCpuS = 0;
    for (Session.Measurement one : measured) {
      LoadResult load = one.load();
      gib += load.gib();
      seconds += load.elapsedNs() / NS_PER_S;
      cpuS += one.cpuNs() / NS_PER_S;
      clientCpuS += load.clientCpuNs() / NS_PER_S;
      report.latency(subject, "time to first byte", load.timeToFirstByteNs());
      report.latency(subject, "time to last byte", load.timeToLastByteNs());
    }
    report.add(subject, THROUGHPUT, "GiB/s", gib / seconds);
    report.add(subject, CPU, "s/GiB", cpuS / gib);
    report.add(subject, CLIENT_CPU, "s/GiB", clientCpuS / gib);
    List<Cost> costs = Arrays.stream(measured).map(Session.Measurement::cost).toList();
    addCosts(report, subject, costs, gib, "1/GiB");
  }

  /**
   * Adds what every load costs but CPU time: context switches and memory, and what others did.
   *
   * @param report where to
   * @param subject what was measured
   * @param costs those of one round, one after the other
   * @param amount what was served
   * @param perAmount the unit of what there is one of for each of those
   */
  static void addCosts(
      ScenarioReport report, String subject, List<Cost> costs, double amount, String perAmount) {
    ContextSwitches switches = ContextSwitches.NONE;
    List<Point> points = new ArrayList<>();
    double tcpGrowth = 0;
    for (Cost cost : costs) {
      switches = switches.plus(cost.switches());
      long offsetNs = points.isEmpty() ? 0 : points.get(points.size() - 1).atNs();
      cost.points().forEach(point -> points.add(point.later(offsetNs)));
      tcpGrowth =
          Math.max(tcpGrowth, MemoryTimeline.growthBytes(cost.points(), Point::tcpBytes) / MIB);
      report.disturbed(subject, cost.disturbance());
    }
    report.add(subject, "waits", perAmount, switches.voluntary() / amount);
    report.add(subject, "preemptions", perAmount, switches.forced() / amount);
    peak(report, subject, "RSS", points, Point::residentBytes);
    peak(report, subject, "PSS", points, Point::proportionalBytes);
    peak(report, subject, "charge", points, p -> p.charge().totalBytes());
    peak(report, subject, "anonymous", points, p -> p.charge().anonymousBytes());
    peak(report, subject, "page cache", points, p -> p.charge().cacheBytes());
    peak(report, subject, "kernel", points, p -> p.charge().kernelBytes());
    peak(report, subject, "sockets", points, p -> p.charge().socketBytes());
    report.add(subject, "TCP growth", "MiB", tcpGrowth);
    int round = report.series(subject, "RSS").orElseThrow().values().size();
    report.timeline(ScenarioReport.round(subject, round), points);
  }

  private static void peak(
      ScenarioReport report,
      String subject,
      String figure,
      List<Point> points,
      ToLongFunction<Point> bytes) {
    report.add(subject, figure, "MiB", MemoryTimeline.peakBytes(points, bytes) / MIB);
  }

  /**
   * Adds what was read from the device for each of some bytes.
   *
   * @param report where to
   * @param subject what was measured
   * @param deviceBytes what was read
   * @param bytes of what
   */
  static void deviceReads(ScenarioReport report, String subject, long deviceBytes, double bytes) {
    report.add(subject, DEVICE_READS, "B/B", deviceBytes / bytes);
  }

  /** Says so where the reads of others cannot be told apart. */
  static void noteDevice(ScenarioReport report, Session session) {
    if (!session.ownDeviceReadsOnly()) {
      report.note("device reads are those of the whole machine");
    }
  }

  /** GiB of some bytes. */
  static double gib(long bytes) {
    return bytes / GIB;
  }
}
