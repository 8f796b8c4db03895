package io.sluice.perf.workload;

import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.EventLoad;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The rate at which contenders are compared: the same for all, half of what the weakest of those
 * that promises are about gave the same generator in a short closed loop of the same run. Latencies
 * at a rate that a contender cannot serve would only say how long the run was, so those of the
 * others that are weaker get half of what they gave themselves.
 */
final class FairRate {
  private static final double OF_WEAKEST = 0.5;

  /** Of the time that contenders get which warm up meanwhile. */
  private static final int MACHINE_CODE_PART = 3;

  private final int connections;
  private final long durationNs;
  private final Map<String, Double> others = new LinkedHashMap<>();
  private double weakestPerSecond = Double.MAX_VALUE;
  private String weakest = "nobody";

  /**
   * A rate that is not known yet.
   *
   * @param connections how many the probe keeps busy
   * @param durationNs how long it takes; a third of that with machine code
   */
  FairRate(int connections, long durationNs) {
    this.connections = connections;
    this.durationNs = durationNs;
  }

  /** Finds out what a contender gives. */
  void probe(String name, Session session, IntFunction<BlobRequest> requests) throws IOException {
    try (EventLoad load = new EventLoad(session.running().address(), connections)) {
      long ns = session.warmsUp() ? durationNs : durationNs / MACHINE_CODE_PART;
      double perSecond = load.closed(connections, ns, session.own(requests)).requestsPerSecond();
      if (!session.promised()) {
        others.merge(name, perSecond, Math::min);
      } else if (perSecond < weakestPerSecond) {
        weakestPerSecond = perSecond;
        weakest = name;
      }
    }
  }

  /**
   * Requests a second for a contender; after all have been asked.
   *
   * @param name the contender
   */
  double perSecond(String name) {
    return OF_WEAKEST * Math.min(weakestPerSecond, others.getOrDefault(name, Double.MAX_VALUE));
  }

  /** Says in the report what the rate is. */
  void note(ScenarioReport report) {
    report.note(
        "open loop: "
            + Series.number(OF_WEAKEST * weakestPerSecond)
            + " requests a second (Poisson) for everybody, half of what "
            + weakest
            + " gave in a closed loop of "
            + connections
            + " connections; latencies are counted from when a request was due");
    others.forEach(
        (name, perSecond) -> {
          if (perSecond < weakestPerSecond) {
            report.note(
                "but "
                    + Series.number(perSecond(name))
                    + " a second for "
                    + name
                    + ", half of what it gave itself");
          }
        });
  }
}
