package io.sluice.perf.workload;

import io.sluice.perf.load.Arrivals;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.EventLoad;
import io.sluice.perf.load.EventResult;
import io.sluice.perf.meter.Cost;
import io.sluice.perf.meter.GroupWatch;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Requests at a rate that does not depend on the answers, and what is reported of them.
 *
 * @param connections how many may be under way at once
 * @param perSecond the rate
 * @param durationNs how long
 * @param seed of the distances between requests
 */
record OpenLoop(int connections, double perSecond, long durationNs, long seed) {
  static final String FIRST_BYTE = "time to first byte";
  static final String LAST_BYTE = "time to last byte";
  static final String REQUESTS = "requests, open loop";
  static final String P50 = "p50";
  static final String P99 = "p99";

  private static final double NS_PER_MS = 1e6;
  private static final double NS_PER_US = 1e3;
  private static final int MEDIAN = 50;
  private static final int HUNDREDTH = 99;

  /**
   * Puts the load on a contender, and adds latencies and cost to the report.
   *
   * @param session the contender
   * @param subject what the figures are reported as
   * @param requests what is asked for, by the request's number
   * @param report where to
   * @return what the generator saw
   */
  EventResult run(
      Session session, String subject, IntFunction<BlobRequest> requests, ScenarioReport report)
      throws IOException, InterruptedException {
    EventResult result = run(session, subject, requests, (i, first, last) -> {}, report);
    latency(report, subject, LAST_BYTE, result.load().timeToLastByteNs());
    report.latency(subject, FIRST_BYTE, result.load().timeToFirstByteNs());
    return result;
  }

  /** The same for somebody who keeps latencies apart. */
  EventResult run(
      Session session,
      String subject,
      IntFunction<BlobRequest> requests,
      EventLoad.Answers answers,
      ScenarioReport report)
      throws IOException, InterruptedException {
    try (EventLoad load = new EventLoad(session.running().address(), connections);
        GroupWatch watch = session.watch()) {
      Arrivals arrivals = Arrivals.poisson(perSecond, durationNs, seed);
      EventResult result = load.open(arrivals, session.own(requests), answers);
      Cost cost = watch.finish();
      double count = result.requests();
      report.add(subject, REQUESTS, "1/s", result.requestsPerSecond());
      report.add(subject, Figures.CPU, "us/request", cost.cpuNs() / NS_PER_US / count);
      report.add(subject, "generator late p99", "ms", result.lateMs());
      Figures.addCosts(report, subject, List.of(cost), count, "1/request");
      result.behind().ifPresent(what -> report.note(subject + ": " + what));
      return result;
    }
  }

  /** Adds latencies of one round, and their median and 99th percentile as figures. */
  static void latency(ScenarioReport report, String subject, String what, Histogram ns) {
    report.latency(subject, what, ns);
    report.add(subject, P50, "ms", ns.getValueAtPercentile(MEDIAN) / NS_PER_MS);
    report.add(subject, P99, "ms", ns.getValueAtPercentile(HUNDREDTH) / NS_PER_MS);
  }
}
