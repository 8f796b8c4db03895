package io.sluice.perf.report;

import io.sluice.perf.meter.MemoryTimeline.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws the memory charged to each contender over time, as an SVG that needs nothing else: the
 * first round of each subject, on one scale.
 */
public final class MemoryPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 340;
  private static final int LEFT = 70;
  private static final int RIGHT = 30;
  private static final int LEGEND_STEP = 165;
  private static final int TOP = 46;
  private static final int BOTTOM = 50;
  private static final int GRID_LINES = 5;
  private static final double MIB = 1 << 20;
  private static final double NS_PER_S = 1e9;
  private static final String FIRST_ROUND = ", round 1";
  private static final List<String> COLOURS = List.of("#0b6e4f", "#7fb069", "#c1292e", "#f1a208");

  private final StringBuilder svg = new StringBuilder();
  private final double secondsMax;
  private final double mibMax;

  private MemoryPicture(double secondsMax, double mibMax) {
    this.secondsMax = secondsMax;
    this.mibMax = mibMax;
  }

  /**
   * Writes the picture of a scenario.
   *
   * @param file where to; replaced when it exists
   * @param report of a scenario that recorded memory over time
   * @throws IOException when it cannot be written, or there is nothing to draw
   */
  public static void write(Path file, ScenarioReport report) throws IOException {
    List<String> subjects = new ArrayList<>();
    for (String subject : report.subjects()) {
      if (report.timelines().containsKey(subject + FIRST_ROUND)) {
        subjects.add(subject);
      }
    }
    if (subjects.isEmpty()) {
      throw new IOException("scenario " + report.name() + " recorded no memory over time");
    }
    Map<String, List<Point>> lines = report.timelines();
    double seconds = 0;
    double mib = 0;
    for (String subject : subjects) {
      for (Point point : lines.get(subject + FIRST_ROUND)) {
        seconds = Math.max(seconds, point.atNs() / NS_PER_S);
        mib = Math.max(mib, point.charge().totalBytes() / MIB);
      }
    }
    MemoryPicture picture = new MemoryPicture(seconds, mib);
    picture.frame(report.title());
    for (int i = 0; i < subjects.size(); i++) {
      String colour = COLOURS.get(i % COLOURS.size());
      picture.line(lines.get(subjects.get(i) + FIRST_ROUND), colour);
      picture.legend(i, subjects.get(i), colour);
    }
    Files.writeString(file, picture.svg.append("</svg>\n"));
  }

  private void frame(String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n",
        WIDTH, HEIGHT);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
    text(LEFT, 20, "start", "MiB, " + escape(title));
    for (int i = 0; i <= GRID_LINES; i++) {
      double mib = mibMax * i / GRID_LINES;
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
          LEFT, WIDTH - RIGHT, y(mib), y(mib));
      text(LEFT - 8, y(mib) + 4, "end", String.format(Locale.ROOT, "%.0f", mib));
      double seconds = secondsMax * i / GRID_LINES;
      text(
          x(seconds),
          HEIGHT - BOTTOM + 18,
          "middle",
          String.format(Locale.ROOT, "%.1f s", seconds));
    }
  }

  private void line(List<Point> points, String colour) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              x(point.atNs() / NS_PER_S),
              y(point.charge().totalBytes() / MIB)));
    }
    add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n",
        colour, path.toString().strip());
  }

  private void legend(int number, String subject, String colour) {
    int x = LEFT + number * LEGEND_STEP;
    int y = HEIGHT - 12;
    add("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>%n", x, y - 5, colour);
    text(x + 16, y, "start", escape(subject));
  }

  private void text(double x, double y, String anchor, String content) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#333333\">%s</text>%n",
        x, y, anchor, content);
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments));
  }

  private double x(double seconds) {
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / Math.max(secondsMax, 1e-9);
  }

  private double y(double mib) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * mib / Math.max(mibMax, 1e-9);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
