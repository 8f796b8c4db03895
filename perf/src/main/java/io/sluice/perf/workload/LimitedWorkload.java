package io.sluice.perf.workload;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Many downloads of a few blobs inside a memory limit: where a server lives on the page cache, one
 * client's pages evict another's.
 */
public final class LimitedWorkload implements Workload {
  /** Of nginx's throughput under the same limit in the same round. */
  static final double OF_PEER_MIN = 5;

  /** Bytes read from the device, of the blobs' size. */
  static final double DEVICE_READS_MAX = 1.15;

  /** The limit. */
  static final long LIMIT_BYTES = 128L << 20;

  /** Of nginx, which takes ten times as long; what it reaches is far from the bound. */
  private static final int PEER_ROUNDS = 1;

  /**
   * Layers that contenders get which no promise is about: half of the downloads of half of them.
   */
  private static final int OTHERS_LAYERS = 4;

  private static final int WARM_UP_CONNECTIONS = 8;
  private static final int WARM_UP_PASSES = 1;
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "limited";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    List<Order> orders = List.of(Order.together(stage.layers()), Order.staggered(stage.layers()));
    ScenarioReport report =
        new ScenarioReport(
            name(),
            orders.get(0).connections()
                + " downloads at once of "
                + stage.layers().layers().size()
                + " cold blobs, "
                + Series.number(Figures.gib(stage.layers().totalBytes()))
                + " GiB, each contender inside "
                + Series.number(LIMIT_BYTES / MIB)
                + " MiB");
    WarmUp warmUp = new WarmUp(stage.layers(), WARM_UP_CONNECTIONS, true, WARM_UP_PASSES);
    warmUp.note(report);
    report.note("device reads are for each byte of the blobs, however often they are served");
    try (Contest contest = new Contest(stage, report)) {
      for (Contender contender : stage.present(report)) {
        enter(stage, contest, contender, warmUp);
        for (Order order : orders) {
          contest.turn(
              contender,
              subject(contender, order),
              contender == stage.peer() ? stage.rounds(PEER_ROUNDS) : stage.rounds(),
              (subject, session) -> serve(stage, session, subject, order, report));
        }
      }
      others(stage, contest, warmUp, report);
      contest.run();
    }
    bounds(stage, orders, report);
    return report;
  }

  private static void enter(Stage stage, Contest contest, Contender contender, WarmUp warmUp)
      throws InterruptedException {
    contest.enter(
        contender,
        stage.layers(),
        OptionalLong.of(LIMIT_BYTES),
        (name, session) -> warmUp.run(session));
  }

  private static void others(Stage stage, Contest contest, WarmUp warmUp, ScenarioReport report)
      throws InterruptedException {
    List<Layer> all = stage.layers().layers();
    LayerSet some =
        new LayerSet(stage.layers().layout(), all.subList(0, Math.min(OTHERS_LAYERS, all.size())));
    Order order = Order.staggered(some);
    List<Contender> others = stage.presentOthers(report, Set.of(Unfit.READ_MODES, Unfit.STRANGLED));
    if (!others.isEmpty()) {
      report.note(
          "theirs are " + order.connections() + " downloads of " + some.layers().size() + " blobs");
    }
    for (Contender contender : others) {
      enter(stage, contest, contender, warmUp);
      contest.turn(
          contender,
          subject(contender, order),
          (subject, session) -> serve(stage, session, subject, order, report));
    }
  }

  private static String subject(Contender contender, Order order) {
    return contender.name() + ", " + order.name();
  }

  /** Serves an order of requests for cold layers once. */
  static void serve(
      Stage stage, Session session, String subject, Order order, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeCold();
    LoadGenerator generator =
        new LoadGenerator(session.running().address(), order.connections(), BodyMode.DISCARD);
    Session.Measurement measured = session.measureEach(generator, order.sources());
    Figures.add(report, subject, measured);
    Figures.deviceReads(report, subject, measured.deviceBytes(), order.leastBytes());
    report.add(subject, "charge peak", "MiB", session.memory().read().peakBytes() / MIB);
    Figures.noteDevice(report, session);
  }

  /**
   * Clients that begin in the same millisecond go on in lockstep and share nginx's pages by chance,
   * so its throughput is compared where they begin one after the other, as clients do.
   */
  private static void bounds(Stage stage, List<Order> orders, ScenarioReport report) {
    Order compared = orders.get(orders.size() - 1);
    report.add(
        Bound.usual(
            "throughput inside the limit over " + subject(stage.peer(), compared),
            false,
            OF_PEER_MIN,
            report.ratio(
                Figures.THROUGHPUT,
                subject(stage.node(), compared),
                subject(stage.peer(), compared)),
            !stage.quick()));
    for (Order order : orders) {
      String node = subject(stage.node(), order);
      report.add(
          Bound.always(
              "read from the device for each byte of the blobs: " + node,
              true,
              DEVICE_READS_MAX,
              report.series(node, Figures.DEVICE_READS),
              !stage.quick()));
    }
  }
}
