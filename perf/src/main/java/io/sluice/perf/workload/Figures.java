package io.sluice.perf.workload;

import io.sluice.perf.load.LoadResult;
import io.sluice.perf.report.ScenarioReport;

/** Names of figures that several scenarios report, and how they are filled in. */
final class Figures {
  static final String THROUGHPUT = "throughput";
  static final String CPU = "CPU";
  static final String CLIENT_CPU = "client CPU";
  static final String DEVICE_READS = "device reads";

  private static final double GIB = 1L << 30;
  private static final double NS_PER_S = 1e9;

  private Figures() {}

  /**
   * Adds what a load cost.
   *
   * @param report where to
   * @param subject what was measured
   * @param measured one or more measurements of the same round, added up
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
