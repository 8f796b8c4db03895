package io.sluice.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
   * @throws DrawingException when this machine cannot draw
   * @throws IOException when it cannot be written, or there is nothing to draw
   */
  public static void write(Path file, ScenarioReport report) throws IOException {
    String element =
        element(report)
            .orElseThrow(
                () ->
                    new IOException("scenario " + report.name() + " recorded no memory over time"));
    Files.writeString(file, Svg.alone(element));
  }

  /**
   * The picture as a part of a page.
   *
   * @param report of a scenario
   * @return an element; empty when there is nothing to draw
   * @throws DrawingException when this machine cannot draw
   */
  static Optional<String> element(ScenarioReport report) throws DrawingException {
    Optional<JFreeChart> chart = LineChart.memory(report);
    return chart.isEmpty()
        ? Optional.empty()
        : Optional.of(Svg.of(chart.get(), report.title(), WIDTH, HEIGHT));
  }
}
