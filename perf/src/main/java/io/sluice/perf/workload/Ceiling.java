package io.sluice.perf.workload;

import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.CannedServer;
import io.sluice.perf.load.EventLoad;
import io.sluice.perf.load.EventResult;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.LoadResult;
import io.sluice.perf.load.LoopbackSender;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;

/**
 * What a generator gets from a server that does nothing but send, in the same round. A contender
 * that comes near it may be faster than can be measured here, and the report says so.
 */
final class Ceiling {
  /** What it is reported as. */
  static final String SUBJECT = "the generator's ceiling";

  /** Of the ceiling, from which on a contender may have been held back. */
  private static final double NEAR = 0.8;

  private static final double NS_PER_S = 1e9;

  private Ceiling() {}

  /**
   * Bytes a second, from memory.
   *
   * @param connections as many as contenders get
   * @param bodyBytes of each answer
   * @param answers how many
   * @param report gets the figures
   */
  static void bytes(int connections, long bodyBytes, int answers, ScenarioReport report)
      throws IOException, InterruptedException {
    try (LoopbackSender sender = new LoopbackSender(bodyBytes)) {
      LoadResult load =
          new LoadGenerator(sender.address(), connections, BodyMode.DISCARD)
              .run(
                  RequestSource.once(
                      Collections.nCopies(answers, BlobRequest.whole("/", bodyBytes, ""))));
      if (!load.failures().isEmpty()) {
        throw new IOException("the ceiling could not be measured: " + load.failures().get(0));
      }
      report.add(SUBJECT, Figures.THROUGHPUT, "GiB/s", load.gibPerSecond());
      report.add(SUBJECT, Figures.CLIENT_CPU, "s/GiB", load.clientCpuNs() / NS_PER_S / load.gib());
    }
  }

  /** The same, with as many answers of the same size as there are layers. */
  static void bytes(int connections, LayerSet layers, ScenarioReport report)
      throws IOException, InterruptedException {
    bytes(connections, layers.layers().getFirst().sizeBytes(), layers.layers().size(), report);
  }

  /**
   * Requests a second of {@link EventLoad}, and the bytes that come with them.
   *
   * @param connections as many as contenders get
   * @param bodyBytes of each answer
   * @param durationNs how long
   * @param report gets the figures
   */
  static void requests(int connections, int bodyBytes, long durationNs, ScenarioReport report)
      throws IOException, InterruptedException {
    BlobRequest request = BlobRequest.whole("/", bodyBytes, "");
    try (CannedServer server = new CannedServer(bodyBytes);
        EventLoad load = new EventLoad(server.address(), connections)) {
      // The server is young, and contenders have been warmed up.
      load.closed(connections, durationNs / 2, i -> request);
      EventResult result = load.closed(connections, durationNs, i -> request);
      report.add(SUBJECT, OpenLoop.REQUESTS, "1/s", result.requestsPerSecond());
      report.add(SUBJECT, Figures.THROUGHPUT, "GiB/s", result.load().gibPerSecond());
    }
  }

  /**
   * Names those that came near.
   *
   * @param report all figures of the scenario
   * @param figure the one that may be held back
   */
  static void note(ScenarioReport report, String figure) {
    Optional<Series> ceiling = report.series(SUBJECT, figure);
    for (String subject : report.subjects()) {
      Optional<Series> series = report.series(subject, figure);
      if (subject.equals(SUBJECT) || ceiling.isEmpty() || series.isEmpty()) {
        continue;
      }
      double of = series.get().median() / ceiling.get().median();
      if (of >= NEAR) {
        report.note(
            subject
                + " came to "
                + Math.round(100 * of)
                + " % of "
                + SUBJECT
                + " ("
                + figure
                + "): it may be faster than could be measured");
      }
    }
  }
}
