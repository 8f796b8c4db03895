package io.sluice.perf.report;

import java.awt.BasicStroke;
import java.awt.Color;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleInsets;

/** How all charts look: ink on whatever is behind them. */
final class Look {
  private static final Color NONE = new Color(0, true);
  private static final BasicStroke THIN = new BasicStroke(1);

  private Look() {}

  /** The frame and the legend. */
  static JFreeChart apply(JFreeChart chart) {
    chart.setBackgroundPaint(null);
    chart.setPadding(new RectangleInsets(4, 4, 4, 12));
    if (chart.getLegend() != null) {
      chart.getLegend().setBackgroundPaint(null);
      chart.getLegend().setFrame(org.jfree.chart.block.BlockBorder.NONE);
      chart.getLegend().setItemFont(Svg.FONT);
      chart.getLegend().setItemPaint(Svg.INK);
      chart.getLegend().setHorizontalAlignment(HorizontalAlignment.LEFT);
    }
    return chart;
  }

  /** A plot of lines. */
  static void apply(XYPlot plot) {
    quiet(plot);
    plot.setDomainGridlinePaint(Svg.FAINT);
    plot.setRangeGridlinePaint(Svg.FAINT);
    plot.setDomainGridlineStroke(THIN);
    plot.setRangeGridlineStroke(THIN);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    ink(plot.getDomainAxis());
    ink(plot.getRangeAxis());
  }

  /** A plot of bars. */
  static void apply(CategoryPlot plot) {
    quiet(plot);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(Svg.FAINT);
    plot.setRangeGridlineStroke(THIN);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    ink(plot.getDomainAxis());
    ink(plot.getRangeAxis());
  }

  private static void quiet(Plot plot) {
    plot.setBackgroundPaint(NONE);
    plot.setOutlineVisible(false);
  }

  private static void ink(Axis axis) {
    axis.setLabelFont(Svg.FONT);
    axis.setTickLabelFont(Svg.FONT);
    axis.setLabelPaint(Svg.INK);
    axis.setTickLabelPaint(Svg.INK);
    axis.setAxisLinePaint(Svg.FAINT);
    axis.setTickMarkPaint(Svg.FAINT);
  }
}
