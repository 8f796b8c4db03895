package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;

/**
 * What a contender serves before it is measured: a node runs for weeks, and its compiler is done
 * after the first seconds. Every contender gets the same.
 *
 * <p>The first pass also proves that the contender serves what it is asked for.
 */
final class WarmUp {
  private static final double GIB = 1L << 30;

  private final LayerSet layers;
  private final int connections;
  private final boolean cold;
  private final int passes;

  /**
   * A warm-up.
   *
   * @param layers what is served, all of them in each pass
   * @param connections how many at once
   * @param cold whether each pass finds the layers out of the page cache; all in it otherwise
   * @param passes how many after the first one
   */
  WarmUp(LayerSet layers, int connections, boolean cold, int passes) {
    this.layers = layers;
    this.connections = connections;
    this.cold = cold;
    this.passes = passes;
  }

  /** Says in the report what was done. */
  void note(ScenarioReport report) {
    report.note(
        "before the first round each contender served "
            + Series.number((passes + 1) * layers.totalBytes() / GIB)
            + " GiB to warm up, the first pass with every digest compared");
  }

  /** Does it. */
  void run(Session session) throws IOException, InterruptedException {
    for (int pass = 0; pass <= passes; pass++) {
      if (cold) {
        layers.makeCold();
      } else {
        layers.makeResident();
      }
      session.measure(
          connections, pass == 0 ? BodyMode.VERIFY : BodyMode.DISCARD, wholeLayers(layers));
    }
  }

  /** Each layer once. */
  static RequestSource wholeLayers(LayerSet layers) {
    return RequestSource.once(layers.layers().stream().map(Running::whole).toList());
  }
}
