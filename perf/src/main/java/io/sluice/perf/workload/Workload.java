package io.sluice.perf.workload;

import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.util.List;

/** A scenario: some work, done by some contenders, and what is promised about it. */
public interface Workload {
  /**
   * What it is called on the command line.
   *
   * @return one word
   */
  String name();

  /**
   * What it serves besides the layers that are there for all, and herd's.
   *
   * @param plan how long and how often
   * @return what has to be on disk; most need nothing
   */
  default List<LayerPlan> data(Stage.Plan plan) {
    return List.of();
  }

  /**
   * Begins what has to go on for a while, before the first scenario of a run.
   *
   * @param stage contenders, layers and settings
   * @throws InterruptedException when this thread is interrupted
   */
  default void begin(Stage stage) throws InterruptedException {}

  /**
   * Does the work.
   *
   * @param stage contenders, layers and settings
   * @return what was found
   * @throws IOException when something could not be measured at all
   * @throws InterruptedException when this thread is interrupted
   */
  ScenarioReport run(Stage stage) throws IOException, InterruptedException;
}
