package io.sluice.perf.workload;

import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;

/** A scenario: some work, done by some contenders, and what is promised about it. */
public interface Workload {
  /**
   * What it is called on the command line.
   *
   * @return one word
   */
  String name();

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
