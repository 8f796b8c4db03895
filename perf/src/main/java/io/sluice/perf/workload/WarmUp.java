package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.List;

/**
 * What a contender serves before it is measured: a node runs for weeks, and its compiler is done
 * after the first seconds. Machine code has nothing to warm up.
 *
 * <p>The first pass also proves that the contender serves what it is asked for.
 */
final class WarmUp {
  /** Of the first pass, where no promise depends on it. */
  private static final int BRIEF_LAYERS = 2;

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
    double gib = layers.totalBytes() / GIB;
    String more =
        passes == 0
            ? ""
            : "; those that are compiled while they serve, "
                + Series.number(passes * gib)
                + " GiB more";
    report.note(
        "before the first round each contender served "
            + Series.number(gib)
            + " GiB, every digest compared"
            + more);
  }

  /** Does it; the least of it with a contender that no promise is about. */
  void run(Session session) throws IOException, InterruptedException {
    if (session.promised()) {
      run(session, layers, passes);
    } else {
      brief(session);
    }
  }

  /** Does the least of it. */
  void brief(Session session) throws IOException, InterruptedException {
    List<Layer> all = layers.layers();
    List<Layer> some = all.subList(all.size() - Math.min(all.size(), BRIEF_LAYERS), all.size());
    run(session, new LayerSet(layers.layout(), some), Math.min(1, passes));
  }

  private void run(Session session, LayerSet checked, int more)
      throws IOException, InterruptedException {
    pass(session, checked, BodyMode.VERIFY);
    for (int pass = 0; pass < more && session.warmsUp(); pass++) {
      pass(session, layers, BodyMode.DISCARD);
    }
  }

  private void pass(Session session, LayerSet some, BodyMode mode)
      throws IOException, InterruptedException {
    if (cold) {
      some.makeCold();
    } else {
      some.makeResident();
    }
    session.measure(connections, mode, wholeLayers(some));
  }

  /** Each layer once. */
  static RequestSource wholeLayers(LayerSet layers) {
    return RequestSource.once(layers.layers().stream().map(Running::whole).toList());
  }
}
