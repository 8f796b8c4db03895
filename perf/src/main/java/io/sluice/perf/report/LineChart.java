package io.sluice.perf.report;

import io.sluice.perf.meter.MemoryTimeline.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Lines of the subjects of a scenario: memory over time, and latency by percentile. */
final class LineChart {
  /** More than a picture has columns says nothing, and makes a page slow. */
  private static final int POINTS_MAX = 1_000;

  private static final int PERCENTILE_STEPS = 10;
  private static final double MIB = 1 << 20;
  private static final double NS_PER_S = 1e9;
  private static final double NS_PER_MS = 1e6;

  private LineChart() {}

  /**
   * The memory charged to each subject in the first round.
   *
   * @param report the scenario
   * @return the chart; empty when no memory over time was recorded
   */
  static Optional<JFreeChart> memory(ScenarioReport report) {
    Map<String, XYSeries> lines = new LinkedHashMap<>();
    for (String subject : report.subjects()) {
      List<Point> points = report.timelines().get(ScenarioReport.round(subject, 1));
      if (points != null) {
        lines.put(subject, memory(subject, points));
      }
    }
    NumberAxis seconds = new NumberAxis("seconds");
    return chart(lines, seconds, new NumberAxis("MiB charged"));
  }

  /** Of neighbours that fall together the greatest stays, so that no peak is lost. */
  private static XYSeries memory(String subject, List<Point> points) {
    XYSeries line = new XYSeries(Markup.printable(subject), false);
    int together = Math.ceilDiv(points.size(), POINTS_MAX);
    for (int i = 0; i < points.size(); i += together) {
      List<Point> some = points.subList(i, Math.min(i + together, points.size()));
      long most = some.stream().mapToLong(p -> p.charge().totalBytes()).max().orElseThrow();
      line.add(some.get(0).atNs() / NS_PER_S, most / MIB);
    }
    return line;
  }

  /**
   * One latency of each subject, all rounds together. The percentiles are as far apart as they are
   * rare, as HdrHistogram's tools draw them.
   *
   * @param report the scenario
   * @param figure which latency
   * @return the chart; empty when no subject has it
   */
  static Optional<JFreeChart> latency(ScenarioReport report, String figure) {
    Map<String, XYSeries> lines = new LinkedHashMap<>();
    double rarest = 10;
    for (String subject : report.subjects()) {
      Histogram histogram = report.latencies().getOrDefault(subject, Map.of()).get(figure);
      if (histogram != null && histogram.getTotalCount() > 0) {
        lines.put(subject, latency(subject, histogram));
        rarest = Math.max(rarest, histogram.getTotalCount());
      }
    }
    LogAxis percentiles = new LogAxis("percentile");
    percentiles.setRange(1, rarest);
    percentiles.setTickUnit(new NumberTickUnit(1));
    percentiles.setNumberFormatOverride(new PercentileFormat());
    return chart(lines, percentiles, new NumberAxis("ms"));
  }

  private static XYSeries latency(String subject, Histogram histogram) {
    XYSeries line = new XYSeries(Markup.printable(subject), false);
    for (HistogramIterationValue value : histogram.percentiles(PERCENTILE_STEPS)) {
      double above = 1 - value.getPercentileLevelIteratedTo() / 100;
      double rarity = Math.min(1 / Math.max(above, 1e-12), histogram.getTotalCount());
      line.add(rarity, value.getValueIteratedTo() / NS_PER_MS);
    }
    return line;
  }

  private static Optional<JFreeChart> chart(
      Map<String, XYSeries> lines, ValueAxis across, NumberAxis up) {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setDrawSeriesLineAsPath(true);
    Palette palette = new Palette(new ArrayList<>(lines.keySet()));
    lines.forEach(
        (subject, line) -> {
          int number = data.getSeriesCount();
          data.addSeries(line);
          renderer.setSeriesPaint(number, palette.colour(subject));
          renderer.setSeriesStroke(number, palette.line(subject));
        });
    renderer.setDefaultLegendTextPaint(Svg.INK);
    up.setAutoRangeIncludesZero(true);
    XYPlot plot = new XYPlot(data, across, up, renderer);
    Look.apply(plot);
    return Optional.of(Look.apply(new JFreeChart(null, Svg.FONT, plot, true)));
  }
}
