package io.sluice.perf.report;

import io.sluice.perf.report.Summary.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jfree.chart.JFreeChart;

/**
 * Writes a run as one page with its charts in it: no script, and nothing that has to be fetched. It
 * is XML as well as HTML. One thread.
 */
public final class HtmlReport {
  private static final int CHART_WIDTH = 560;
  private static final int LINES_HEIGHT = 300;

  /** Figures that are drawn besides those of speed. */
  private static final Set<String> DRAWN = Set.of("CPU", "device reads", "charge", "waits");

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--back:#fff;--ink:#24292f;--line:#d0d7de;--soft:#f6f8fa;
      --good:#1a7f37;--bad:#cf222e;--care:#9a6700}
      @media(prefers-color-scheme:dark){:root{--back:#0d1117;--ink:#e6edf3;--line:#30363d;
      --soft:#161b22;--good:#3fb950;--bad:#f85149;--care:#d29922}}
      body{background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif;
      margin:0 auto;max-width:1200px;padding:16px 24px 64px}
      h1{font-size:26px;margin:16px 0 4px}
      h2{border-bottom:1px solid var(--line);font-size:20px;margin:40px 0 8px;padding-bottom:4px}
      h3{font-size:15px;margin:20px 0 4px}
      p{margin:4px 0}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;font-size:13px;margin:8px 0;font-variant-numeric:tabular-nums}
      th,td{border-bottom:1px solid var(--line);padding:4px 10px;text-align:left;
      vertical-align:top;white-space:nowrap}
      th{background:var(--soft);font-weight:600}
      td.number,th.number{text-align:right}
      td.wrap{white-space:normal}
      small{display:block;font-size:11px;opacity:.65}
      .good{color:var(--good);font-weight:600}
      .bad{color:var(--bad);font-weight:600}
      .care{color:var(--care);font-weight:600}
      .banner{background:var(--soft);border-left:4px solid var(--line);margin:8px 0;
      padding:6px 12px;white-space:pre-wrap;overflow-wrap:anywhere}
      .banner.bad{border-color:var(--bad);font-weight:400}
      .banner.care{border-color:var(--care);font-weight:400}
      .charts{display:flex;flex-wrap:wrap;gap:8px 24px}
      figure{margin:8px 0}
      figcaption{font-size:13px;font-weight:600}
      svg{display:block;height:auto;max-width:100%}
      nav a{margin-right:12px}
      a{color:inherit}
      ul{font-size:13px;margin:8px 0;padding-left:20px}
      """;

  private final Markup page = new Markup();
  private final Map<String, String> environment;
  private final List<ScenarioReport> scenarios;
  private final Optional<ScenarioReport> pictured;
  private final Summary summary;
  private boolean cannotDraw;

  private HtmlReport(
      Map<String, String> environment,
      List<ScenarioReport> scenarios,
      Optional<ScenarioReport> pictured) {
    this.environment = environment;
    this.scenarios = scenarios;
    this.pictured = pictured;
    this.summary = new Summary(scenarios);
  }

  /**
   * Writes a run. Where the machine cannot draw, the page says so and has its tables only.
   *
   * @param file where to; replaced when it exists
   * @param environment where the figures come from
   * @param scenarios what was found
   * @param pictured the scenario whose memory over time comes first, if it was run
   * @throws IOException when it cannot be written
   */
  public static void write(
      Path file,
      Map<String, String> environment,
      List<ScenarioReport> scenarios,
      Optional<ScenarioReport> pictured)
      throws IOException {
    HtmlReport report = new HtmlReport(environment, scenarios, pictured);
    report.page();
    Files.writeString(file, "<!DOCTYPE html>\n" + report.page);
  }

  private void page() {
    page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    page.open("head");
    page.raw("<meta charset=\"utf-8\"/>\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width\"/>\n");
    page.element("title", "Sluice beside its peers");
    page.open("style").raw(STYLE).close();
    page.close();
    page.open("body");
    page.element("h1", "Sluice beside its peers");
    page.element("p", summary.verdict());
    page.open("nav");
    scenarios.forEach(s -> page.element("a", s.name(), "href", "#" + anchor(s)));
    page.element("a", "environment", "href", "#environment");
    page.close();
    pictured.filter(s -> !s.timelines().isEmpty()).ifPresent(this::picture);
    overview();
    promises();
    scenarios.forEach(this::scenario);
    environment();
    page.close();
    page.close();
  }

  private static String anchor(ScenarioReport scenario) {
    return "scenario-" + Markup.printable(scenario.name()).replaceAll("\\s", "-");
  }

  private void picture(ScenarioReport scenario) {
    draw(scenario.title(), () -> MemoryPicture.element(scenario));
  }

  private void overview() {
    if (scenarios.isEmpty()) {
      page.element("p", "No scenario was measured.", "class", "banner care");
      return;
    }
    page.element("h2", "Scenarios");
    page.open("div", "class", "scroll").open("table");
    for (ScenarioReport scenario : scenarios) {
      page.open("tr").element("td", scenario.name());
      page.element("td", Summary.line(scenario), "class", "wrap").close();
    }
    page.close().close();
  }

  private void promises() {
    if (summary.promises().isEmpty()) {
      return;
    }
    page.element("h2", "What is promised");
    page.open("div", "class", "scroll").open("table");
    row("th", List.of("verdict", "scenario", "promise", "measured", "promised", "rounds"));
    for (Promise promise : summary.promises()) {
      Bound.Verdict verdict = promise.bound().verdict();
      page.open("tr");
      page.element("td", verdict.text(), "class", colour(verdict));
      page.element("td", promise.scenario());
      page.element("td", promise.bound().text(), "class", "wrap");
      page.element("td", promise.measured(), "class", "number");
      page.element("td", promise.limit());
      page.element("td", promise.rounds(), "class", "wrap");
      page.close();
    }
    page.close().close();
  }

  private static String colour(Bound.Verdict verdict) {
    return switch (verdict) {
      case OK -> "good";
      case MISSED, NOT_MEASURED -> "bad";
      case NOT_JUDGED -> "";
    };
  }

  private void scenario(ScenarioReport scenario) {
    page.element("h2", scenario.name(), "id", anchor(scenario));
    page.element("p", scenario.title());
    scenario
        .failures()
        .forEach((who, why) -> page.element("p", who + " failed: " + why, "class", "banner bad"));
    scenario.noisy().forEach(why -> page.element("p", "Noisy: " + why, "class", "banner care"));
    figures(scenario);
    bars(scenario);
    latencies(scenario);
    lines(scenario);
    if (!scenario.notes().isEmpty()) {
      page.open("ul");
      scenario.notes().forEach(note -> page.element("li", note));
      page.close();
    }
  }

  private void figures(ScenarioReport scenario) {
    if (scenario.subjects().isEmpty()) {
      return;
    }
    page.open("div", "class", "scroll").open("table").open("tr");
    page.element("th", "median, and range of rounds");
    for (String figure : scenario.figureNames()) {
      page.open("th", "class", "number").text(figure);
      page.element("small", scenario.unit(figure)).close();
    }
    page.close();
    for (String subject : scenario.subjects()) {
      page.open("tr").element("td", subject);
      for (String figure : scenario.figureNames()) {
        Optional<Series> series = scenario.series(subject, figure);
        page.open("td", "class", "number");
        page.text(series.map(s -> Series.number(s.median())).orElse("-"));
        series.filter(s -> s.values().size() > 1).ifPresent(s -> page.element("small", s.range()));
        page.close();
      }
      page.close();
    }
    page.close().close();
  }

  private void bars(ScenarioReport scenario) {
    List<String> drawn =
        scenario.figureNames().stream()
            .filter(f -> scenario.unit(f).endsWith("/s") || DRAWN.contains(f))
            .filter(f -> BarChart.subjects(scenario, f).size() > 1)
            .toList();
    if (drawn.isEmpty() || cannotDraw) {
      return;
    }
    page.open("div", "class", "charts");
    for (String figure : drawn) {
      String unit = scenario.unit(figure);
      String caption = figure + (unit.isEmpty() ? "" : ", " + unit);
      int height =
          BarChart.FRAME_HEIGHT + BarChart.BAR_HEIGHT * BarChart.subjects(scenario, figure).size();
      draw(caption, () -> svg(BarChart.of(scenario, figure), caption, CHART_WIDTH, height));
    }
    page.close();
  }

  private static Set<String> latencyNames(ScenarioReport scenario) {
    Set<String> figures = new LinkedHashSet<>();
    scenario.latencies().values().forEach(byFigure -> figures.addAll(byFigure.keySet()));
    return figures;
  }

  private void latencies(ScenarioReport scenario) {
    if (scenario.latencies().isEmpty()) {
      return;
    }
    page.open("div", "class", "scroll").open("table").open("tr");
    page.element("th", "latency of all rounds, ms").element("th", "");
    Percentiles.heading().forEach(h -> page.element("th", h, "class", "number"));
    page.close();
    for (String figure : latencyNames(scenario)) {
      for (String subject : scenario.subjects()) {
        Optional.ofNullable(scenario.latencies().getOrDefault(subject, Map.of()).get(figure))
            .ifPresent(
                histogram -> {
                  page.open("tr").element("td", figure).element("td", subject);
                  Percentiles.row(histogram)
                      .forEach(value -> page.element("td", value, "class", "number"));
                  page.close();
                });
      }
    }
    page.close().close();
  }

  private void lines(ScenarioReport scenario) {
    boolean memory = !scenario.timelines().isEmpty() && !pictured.equals(Optional.of(scenario));
    if (cannotDraw || scenario.latencies().isEmpty() && !memory) {
      return;
    }
    page.open("div", "class", "charts");
    for (String figure : latencyNames(scenario)) {
      lines(figure + " by percentile, all rounds", () -> LineChart.latency(scenario, figure));
    }
    if (memory) {
      lines("memory charged to each, first round", () -> LineChart.memory(scenario));
    }
    page.close();
  }

  private void environment() {
    page.element("h2", "Environment", "id", "environment");
    page.open("table");
    environment.forEach(
        (name, value) ->
            page.open("tr").element("th", name).element("td", value, "class", "wrap").close());
    page.close();
  }

  private void row(String cell, List<String> texts) {
    page.open("tr");
    texts.forEach(text -> page.element(cell, text));
    page.close();
  }

  /** Something that is drawn, or nothing to draw. */
  @FunctionalInterface
  private interface Drawing {
    Optional<String> draw() throws DrawingException;
  }

  /** A chart, or nothing to draw. */
  @FunctionalInterface
  private interface Lines {
    Optional<JFreeChart> chart();
  }

  private void lines(String caption, Lines lines) {
    draw(caption, () -> svg(lines.chart(), caption, CHART_WIDTH, LINES_HEIGHT));
  }

  private static Optional<String> svg(
      Optional<JFreeChart> chart, String title, int width, int height) throws DrawingException {
    return chart.isEmpty()
        ? Optional.empty()
        : Optional.of(Svg.of(chart.get(), title, width, height));
  }

  /** A machine that cannot draw one chart cannot draw any, so it says so once. */
  private void draw(String caption, Drawing drawing) {
    if (cannotDraw) {
      return;
    }
    try {
      Optional<String> svg = drawing.draw();
      if (svg.isPresent()) {
        page.open("figure").element("figcaption", caption).raw(svg.get()).close();
      }
    } catch (DrawingException e) {
      cannotDraw = true;
      page.element("p", e.getMessage(), "class", "banner care");
    }
  }
}
