package io.sluice.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jfree.chart.JFreeChart;

/**
 * The memory charged to each contender over time, as an SVG that stands alone: the first round of
 * each subject, on one scale.
 */
public final class MemoryPicture {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 380;

  private MemoryPicture() {}

  /**
   * Writes the picture of a scenario.
   *
   * @param file where to; replaced when it exists
   * @param report of a scenario that recorded memory over time
   * @throws IOException when it cannot be written or drawn, or there is nothing to draw
   */
  public static void write(Path file, ScenarioReport report) throws IOException {
    Files.writeString(file, Svg.alone(element(report)));
  }

  /**
   * The picture as a part of a page.
   *
   * @param report of a scenario that recorded memory over time
   * @return an element
   * @throws IOException when it cannot be drawn, or there is nothing to draw
   */
  static String element(ScenarioReport report) throws IOException {
    JFreeChart chart =
        LineChart.memory(report)
            .orElseThrow(
                () ->
                    new IOException("scenario " + report.name() + " recorded no memory over time"));
    return Svg.of(chart, report.title(), WIDTH, HEIGHT);
  }
}
