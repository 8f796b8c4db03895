package io.sluice.perf.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Paint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.IntervalBarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.category.DefaultIntervalCategoryDataset;

/** One figure of all subjects of a scenario: a bar to the median, and a line over the rounds. */
final class BarChart {
  /** What a picture needs besides its bars. */
  static final int FRAME_HEIGHT = 46;

  /** Of a bar and the room around it. */
  static final int BAR_HEIGHT = 26;

  /** Of the picture; the room that is left shows how bars compare, whatever they are called. */
  private static final float NAMES_WIDTH_MAX = 0.65f;

  private static final double RANGE_WIDTH_MAX = 0.02;

  private BarChart() {}

  /**
   * The subjects that have a figure.
   *
   * @param report the scenario
   * @param figure the figure
   * @return their names, in order
   */
  static List<String> subjects(ScenarioReport report, String figure) {
    return report.subjects().stream().filter(s -> report.series(s, figure).isPresent()).toList();
  }

  /**
   * Draws a figure.
   *
   * @param report the scenario
   * @param figure the figure
   * @return the chart; empty when there are not two subjects to compare
   */
  static Optional<JFreeChart> of(ScenarioReport report, String figure) {
    List<String> subjects = subjects(report, figure);
    if (subjects.size() < 2) {
      return Optional.empty();
    }
    List<Series> series = new ArrayList<>();
    subjects.forEach(subject -> series.add(report.series(subject, figure).orElseThrow()));
    CategoryAxis names = new CategoryAxis();
    names.setMaximumCategoryLabelWidthRatio(NAMES_WIDTH_MAX);
    CategoryPlot plot =
        new CategoryPlot(medians(subjects, series), names, new NumberAxis(), bars(subjects));
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    if (series.stream().anyMatch(s -> s.values().size() > 1)) {
      plot.setDataset(1, ranges(subjects, series));
      plot.setRenderer(1, rangeLines());
      plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    }
    Look.apply(plot);
    return Optional.of(Look.apply(new JFreeChart(null, Svg.FONT, plot, false)));
  }

  private static DefaultCategoryDataset medians(List<String> subjects, List<Series> series) {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    for (int i = 0; i < subjects.size(); i++) {
      data.addValue(finite(series.get(i).median()), "median", name(subjects.get(i), series.get(i)));
    }
    return data;
  }

  private static DefaultIntervalCategoryDataset ranges(List<String> subjects, List<Series> series) {
    double[][] least = new double[1][subjects.size()];
    double[][] most = new double[1][subjects.size()];
    String[] keys = new String[subjects.size()];
    for (int i = 0; i < subjects.size(); i++) {
      least[0][i] = finite(series.get(i).min());
      most[0][i] = finite(series.get(i).max());
      keys[i] = name(subjects.get(i), series.get(i));
    }
    DefaultIntervalCategoryDataset data = new DefaultIntervalCategoryDataset(least, most);
    data.setSeriesKeys(new String[] {"rounds"});
    data.setCategoryKeys(keys);
    return data;
  }

  /** A ratio to nothing cannot be drawn. */
  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  /** The number stands beside the name, where no bar and no line can be in its way. */
  private static String name(String subject, Series series) {
    return Markup.printable(subject) + "   " + Series.number(series.median());
  }

  private static BarRenderer bars(List<String> subjects) {
    Palette palette = new Palette(subjects);
    List<Color> colours = subjects.stream().map(palette::colour).toList();
    BarRenderer bars =
        new BarRenderer() {
          private static final long serialVersionUID = 1;

          @Override
          public Paint getItemPaint(int row, int column) {
            return colours.get(column);
          }
        };
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    return bars;
  }

  private static IntervalBarRenderer rangeLines() {
    IntervalBarRenderer lines = new IntervalBarRenderer();
    lines.setBarPainter(new StandardBarPainter());
    lines.setShadowVisible(false);
    lines.setMaximumBarWidth(RANGE_WIDTH_MAX);
    lines.setSeriesPaint(0, Svg.INK);
    lines.setDefaultOutlineStroke(new BasicStroke(0));
    return lines;
  }
}
