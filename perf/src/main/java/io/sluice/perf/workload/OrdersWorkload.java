package io.sluice.perf.workload;

import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The work of {@link LimitedWorkload} in several orders, by nodes with several numbers of event
 * loops: how much is read may not depend on luck.
 */
public final class OrdersWorkload implements Workload {
  private static final int[] LOOPS = {1, 2, 4};

  /** Most of a quick run would be starts. */
  private static final int[] QUICK_LOOPS = {2};

  private static final int WARM_UP_CONNECTIONS = 8;
  private static final int WARM_UP_PASSES = 1;

  /** What is read does not differ between rounds as speed does. */
  private static final int ROUNDS = 1;

  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "orders";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "cold blobs asked for in several orders, inside "
                + Series.number(LimitedWorkload.LIMIT_BYTES / MIB)
                + " MiB");
    report.note(
        "device reads are of the least that a server which keeps nothing has to read: each blob"
            + " once, or where connections go through half of them from different beginnings"
            + " (rotated), once for each beginning");
    report.note("orders drawn by lot have the seed " + stage.plan().seed() + " (--seed)");
    Optional<String> missing = stage.node().missing();
    missing.ifPresent(why -> report.note("without " + stage.node().name() + ": " + why));
    WarmUp warmUp = new WarmUp(stage.layers(), WARM_UP_CONNECTIONS, true, WARM_UP_PASSES);
    List<String> subjects = new ArrayList<>();
    try (Contest contest = new Contest(stage, report)) {
      for (int loops : stage.quick() ? QUICK_LOOPS : LOOPS) {
        String name = loops + (loops == 1 ? " loop" : " loops");
        NodeContender node = stage.node().with(name, List.of("--loops=" + loops));
        if (missing.isEmpty()) {
          contest.enter(
              node,
              stage.layers(),
              OptionalLong.of(LimitedWorkload.LIMIT_BYTES),
              (n, session) -> warmUp.brief(session));
        }
        for (Order order : orders(stage.layers(), stage.plan().seed())) {
          String subject = name + ", " + order.name();
          subjects.add(subject);
          contest.turn(
              node,
              subject,
              stage.rounds(ROUNDS),
              (s, session) -> LimitedWorkload.serve(stage, session, s, order, report));
        }
      }
      contest.run();
    }
    for (String subject : subjects) {
      report.add(
          Bound.always(
              "read from the device, of the least: " + subject,
              true,
              LimitedWorkload.DEVICE_READS_MAX,
              report.series(subject, Figures.DEVICE_READS),
              !stage.quick()));
    }
    return report;
  }

  private static List<Order> orders(LayerSet layers, long seed) {
    return List.of(
        Order.together(layers),
        Order.staggered(layers),
        Order.shuffled(layers, seed),
        Order.rotated(layers));
  }
}
