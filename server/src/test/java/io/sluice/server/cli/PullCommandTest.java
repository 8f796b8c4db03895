package io.sluice.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.pull.BlobProgress;
import io.sluice.server.pull.PullReference;
import io.sluice.server.pull.PullResult;
import io.sluice.server.pull.PulledBlob;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PullCommandTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  private static String digest(int number) {
    return "sha256:" + "%064x".formatted(number).replace('0', 'f');
  }

  private static BlobProgress layer(int number, long offset, long total) {
    return new BlobProgress("layer", digest(number), offset, total, offset == total && total > 0);
  }

  @Test
  void barsAreDrawnInPlaceAndGoAway() {
    PullBars bars = new PullBars(out);
    bars.onProgress(List.of(layer(1, 512, 1024), layer(2, 0, 0)));
    String first = printed();
    assertFalse(first.contains("\u001b[2A"), first);
    assertTrue(first.contains("[###############...............] 512 B / 1.0 KiB\n"), first);
    assertTrue(first.contains("[..............................] waits\n"), first);
    bars.onProgress(List.of(layer(1, 1024, 1024), layer(2, 1, 2)));
    assertTrue(printed().startsWith("\u001b[2A"));
    bars.end();
    assertEquals("\u001b[2A\u001b[J", printed());
  }

  @Test
  void moreLayersThanATerminalHasLinesAreCounted() {
    List<BlobProgress> layers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      layers.add(i < 10 ? layer(i, 5, 5) : layer(i, 1, 5));
    }
    new PullBars(out).onProgress(layers);
    String text = printed();
    assertEquals(PullBars.BARS_MAX + 1, text.lines().filter(line -> line.length() > 4).count());
    assertTrue(text.contains("and 20 more layers\n"), text);
  }

  @Test
  void elsewhereALayerThatIsThereIsOneLine() {
    PullLines lines = new PullLines(out);
    lines.onProgress(List.of(layer(1, 1, 2048), layer(2, 2048, 2048)));
    lines.onProgress(List.of(layer(1, 2048, 2048), layer(2, 2048, 2048)));
    assertEquals(
        "layer fffffffffff2 is there, 2.0 KiB\nlayer fffffffffff1 is there, 2.0 KiB\n"
            .replace("fffffffffff2", PullTable.shortDigest(digest(2)))
            .replace("fffffffffff1", PullTable.shortDigest(digest(1))),
        printed());
  }

  @Test
  void theTableNamesEachSourceWithItsShare() {
    Map<String, Long> two = new TreeMap<>(Map.of("10.0.0.1:5000", 300L, PulledBlob.UPSTREAM, 700L));
    PullResult result =
        new PullResult(
            PullReference.parse("acme.test/app:1"),
            "",
            List.of(
                new PulledBlob("manifest", digest(1), 500, -1, Map.of()),
                new PulledBlob("config", digest(2), 10, 100_000_000, Map.of("store", 10L)),
                new PulledBlob("layer", digest(3), 1000, 1_500_000_000, two)),
            2_000_000_000);
    List<String> lines = PullTable.of(result).lines().toList();
    assertEquals("acme.test/app:1: 1.5 KiB in 2.0 s", lines.get(0));
    assertEquals("WHAT      DIGEST             SIZE     AFTER  SOURCE", lines.get(1));
    assertTrue(lines.get(2).endsWith("     500 B         -  was there"), lines.get(2));
    assertTrue(lines.get(3).endsWith("      10 B     0.1 s  this node"), lines.get(3));
    assertTrue(
        lines.get(4).endsWith("    1000 B     1.5 s  upstream 70 %, 10.0.0.1:5000 30 %"),
        lines.get(4));
  }
}
