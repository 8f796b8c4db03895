package io.sluice.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class MemoryPictureTest {
  @TempDir Path directory;

  @Test
  void drawsOneLineForEachSubjectOfTheFirstRound() throws Exception {
    ScenarioReport report = new ScenarioReport("memory", "charge <of> two & more");
    for (String subject : List.of("sluice", "peer")) {
      report.add(subject, "throughput", "GiB/s", 1);
      report.timeline(subject + ", round 1", List.of(point(0, 10), point(1, 20)));
      report.timeline(subject + ", round 2", List.of(point(0, 10), point(1, 900)));
    }
    Path file = directory.resolve("memory.svg");
    MemoryPicture.write(file, report);
    Document svg =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Files.newInputStream(file));
    assertEquals("svg", svg.getDocumentElement().getTagName());
    String text = svg.getDocumentElement().getTextContent();
    assertTrue(text.contains("charge <of> two & more"), text);
    assertTrue(text.contains("sluice") && text.contains("peer"), text);
    NodeList labels = svg.getElementsByTagName("text");
    for (int i = 0; i < labels.getLength(); i++) {
      String label = labels.item(i).getTextContent().strip();
      assertFalse(label.matches("[0-9]{3,}"), "the scale ends at the first round: " + label);
    }
  }

  @Test
  void drawsHoweverManyContendersThereAre() throws Exception {
    ScenarioReport report = new ScenarioReport("memory", "a crowd");
    for (int i = 0; i < 40; i++) {
      report.add("peer " + i, "throughput", "GiB/s", 1);
      report.timeline("peer " + i + ", round 1", List.of(point(0, i), point(1, i)));
    }
    Path file = directory.resolve("memory.svg");
    MemoryPicture.write(file, report);
    String svg = Files.readString(file);
    for (int i = 0; i < 40; i++) {
      assertTrue(svg.contains(">peer " + i + "</text"), "peer " + i);
    }
  }

  @Test
  void inkFollowsThePageAroundIt() throws Exception {
    ScenarioReport report = new ScenarioReport("memory", "light and dark");
    report.add("sluice", "throughput", "GiB/s", 1);
    report.timeline("sluice, round 1", List.of(point(0, 10), point(1, 20)));
    Path file = directory.resolve("memory.svg");
    MemoryPicture.write(file, report);
    String svg = Files.readString(file);
    assertTrue(svg.contains("prefers-color-scheme:dark") && svg.contains("currentColor"), svg);
    assertFalse(svg.contains("rgb(1,2,3)"), svg);
  }

  @Test
  void aScenarioWithoutMemoryOverTimeHasNoPicture() {
    Path file = directory.resolve("none.svg");
    ScenarioReport report = new ScenarioReport("cold", "throughput");
    assertThrows(IOException.class, () -> MemoryPicture.write(file, report));
  }

  private static Point point(long seconds, long mib) {
    return new Point(
        seconds * 1_000_000_000L, new MemoryCharge(mib << 20, mib << 20, 0, 0, 0, 0, 0), 0);
  }
}
