package io.sluice.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.meter.Disturbance;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline.Point;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page as a browser would read it. */
class HtmlReportTest {
  private static final String HOSTILE = "</td><script>alert(1)</script> \"&\u0000\u001b]\ud800";

  @TempDir private Path directory;

  private String write(List<ScenarioReport> scenarios) throws IOException {
    Path file = directory.resolve("report.html");
    Map<String, String> environment = Map.of("kernel", HOSTILE);
    HtmlReport.write(file, environment, scenarios, scenarios.stream().findFirst());
    return Files.readString(file);
  }

  private static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(page.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private static ScenarioReport scenario(String name, String... subjects) {
    ScenarioReport report = new ScenarioReport(name, "made up");
    for (String subject : subjects) {
      Histogram latency = new Histogram(3);
      for (int i = 1; i <= 2_000; i++) {
        latency.recordValue(i * 1_000_000L);
      }
      report.latency(subject, "time to first byte", latency);
      for (int round = 1; round <= 3; round++) {
        report.add(subject, "throughput", "GiB/s", round);
        report.add(subject, "device reads", "B/B", Double.NaN);
      }
      report.timeline(ScenarioReport.round(subject, 1), List.of(point(0, 10), point(1, 20)));
    }
    return report;
  }

  private static Point point(long seconds, long mib) {
    return new Point(
        seconds * 1_000_000_000L, new MemoryCharge(mib << 20, mib << 20, 0, 0, 0, 0, 0), 0);
  }

  @Test
  void needsNothingElseAndRunsNothing() throws Exception {
    String page = write(List.of(scenario("memory", "sluice", "peer"), scenario("cold", "sluice")));
    NodeList all = parse(page).getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      assertFalse(
          Set.of("script", "link", "img", "image", "iframe", "object", "use", "foreignObject")
              .contains(element.getTagName()),
          element.getTagName());
      assertEquals("", element.getAttribute("src"));
      String target = element.getAttribute("href") + element.getAttribute("xlink:href");
      assertTrue(target.isEmpty() || target.startsWith("#"), target);
    }
    String withoutNames = page.replaceAll("xmlns(:xlink)?=\"[^\"]*\"", "");
    assertFalse(withoutNames.contains("://"), "an address");
    assertFalse(page.contains("@import") || page.replace("url(#", "").contains("url("), "a style");
  }

  @Test
  void drawsEachChartOfItsOwnNamesOnce() throws Exception {
    Document page =
        parse(write(List.of(scenario("memory", "sluice", "peer"), scenario("cold", "sluice"))));
    // Bars of throughput and device reads, a latency and memory; one contender alone has no bars.
    assertEquals(4 + 2, page.getElementsByTagName("svg").getLength());
    Set<String> names = new HashSet<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertTrue(id.isEmpty() || names.add(id), id + " twice");
    }
  }

  @Test
  void hostileNamesAreOnlyText() throws Exception {
    ScenarioReport report = scenario("memory", HOSTILE, "peer");
    report.note(HOSTILE);
    report.fail("dead", HOSTILE);
    report.add(Bound.always(HOSTILE, true, 1, report.series(HOSTILE, "throughput"), true));
    Document page = parse(write(List.of(report, scenario(HOSTILE, HOSTILE, HOSTILE + "2"))));
    assertEquals(0, page.getElementsByTagName("script").getLength());
    assertTrue(page.getDocumentElement().getTextContent().contains("<script>alert(1)</script>"));
  }

  @Test
  void anEmptyRunIsAPage() throws Exception {
    String text = parse(write(List.of())).getDocumentElement().getTextContent();
    assertTrue(text.contains("No scenario was measured."), text);
  }

  @Test
  void aScenarioThatFoundNothingIsNamed() throws Exception {
    ScenarioReport report = new ScenarioReport("cold", "could not be measured");
    report.fail("cold", "the disk is full");
    String text = parse(write(List.of(report))).getDocumentElement().getTextContent();
    assertTrue(text.contains("cold failed: the disk is full"), text);
    assertTrue(text.contains("something failed in 1 scenarios"), text);
  }

  @Test
  void oneFailedContenderLeavesTheOthers() throws Exception {
    ScenarioReport report = scenario("cold", "sluice", "peer", "third");
    report.fail("peer", "it died");
    report.disturbed("sluice", new Disturbance(0.03, 0.5));
    Document page = parse(write(List.of(report)));
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("peer failed: it died"), text);
    assertTrue(text.contains("other programs used up to 50 % of the CPU time"), text);
    assertTrue(text.contains("3 % of the CPU time to other guests"), text);
    NodeList labels = page.getElementsByTagName("text");
    for (int i = 0; i < labels.getLength(); i++) {
      assertFalse(labels.item(i).getTextContent().contains("peer"));
    }
  }

  @Test
  void promisesHaveTheirVerdicts() throws Exception {
    ScenarioReport report = scenario("cold", "sluice");
    Optional<Series> rounds = report.series("sluice", "throughput");
    report.add(Bound.usual("speed", false, 2, rounds, true));
    report.add(Bound.always("slowest", false, 2, rounds, true));
    report.add(Bound.usual("other", false, 2, Optional.empty(), true));
    String text = parse(write(List.of(report))).getDocumentElement().getTextContent();
    assertTrue(text.contains("1 ok, 1 MISSED, 1 NOT MEASURED"), text);
    assertTrue(text.contains("(1.00..3.00) close: rounds on both sides"), text);
  }
}
