package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.SocketAddress;
import io.sluice.server.http.DigestKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeliveriesTest {
  private static final int AF_INET = 2;

  private final LoopMetrics loop = new LoopMetrics(0);

  private static DigestKey digest(int number) {
    return DigestKey.of("sha256:" + "%064x".formatted(number * 0x9e3779b97f4a7c15L));
  }

  private SourceReport report() {
    return SourceReport.of(List.of(loop));
  }

  /** As a relay reads a peer's address. */
  private void fromPeer(DigestKey digest, String host, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      SocketAddress.write(new InetSocketAddress(host, 5000), memory);
      int family = memory.get(ValueLayout.JAVA_SHORT, 0);
      int port = memory.get(ValueLayout.JAVA_SHORT, 2);
      boolean four = family == AF_INET;
      long high = four ? 0 : memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
      long low =
          four
              ? memory.get(ValueLayout.JAVA_INT, 4)
              : memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 16);
      loop.deliveredFromPeer(digest, high, low, family << 16 | port & 0xffff, bytes);
    }
  }

  @Test
  void bytesAddUpByDigestAndSource() {
    fromPeer(digest(1), "10.0.0.200", 10);
    fromPeer(digest(1), "10.0.0.200", 20);
    fromPeer(digest(1), "fd00::1", 5);
    loop.deliveredFromStore(digest(1), 7);
    loop.deliveredFromStore(digest(2), 0);
    loop.deliveredFromStore(new DigestKey(), 8);
    assertEquals(
        Map.of(
            digest(1).toString(),
            Map.of("10.0.0.200:5000", 30L, "[fd00:0:0:0:0:0:0:1]:5000", 5L, "store", 7L)),
        report().bytes());
    LoopMetrics other = new LoopMetrics(1);
    other.deliveredFromStore(digest(1), 1);
    SourceReport both = SourceReport.of(List.of(loop, other));
    assertEquals(8L, both.bytes().get(digest(1).toString()).get("store"));
  }

  @Test
  void memoryIsFixedAndTheOldestIsForgotten() {
    int many = 10 * Deliveries.ROWS;
    for (int i = 1; i <= many; i++) {
      loop.deliveredFromStore(digest(0), 1);
      loop.deliveredFromStore(digest(i), i);
    }
    SourceReport report = report();
    assertEquals(Deliveries.ROWS, report.bytes().size());
    assertEquals(many + 1 - Deliveries.ROWS, report.forgotten());
    assertEquals(Map.of("store", (long) many), report.bytes().get(digest(many).toString()));
    assertEquals(Map.of("store", (long) many), report.bytes().get(digest(0).toString()));
  }

  @Test
  @Timeout(30)
  void aReaderNeverSeesHalfARow() throws InterruptedException {
    // The bytes of each row say which digest it is of.
    Thread writer =
        new Thread(
            () -> {
              DigestKey key = new DigestKey();
              long[] table = new long[DigestKey.TABLE_STRIDE];
              table[0] = DigestKey.SHA256;
              for (long i = 1; i <= 2_000_000; i++) {
                for (int word = 1; word <= 4; word++) {
                  table[word] = i;
                }
                key.copyFrom(table, 0);
                loop.deliveredFromStore(key, i);
              }
            });
    writer.start();
    while (writer.isAlive()) {
      report()
          .bytes()
          .forEach(
              (digest, sources) ->
                  assertEquals(
                      "sha256:" + "%016x".formatted(sources.get("store")).repeat(4), digest));
    }
    writer.join();
  }

  @Test
  void aReportIsReadAsItIsWritten() throws IOException {
    fromPeer(digest(1), "10.0.0.200", 10);
    loop.deliveredFromStore(digest(2), 7);
    SourceReport report = report();
    assertEquals(report, parse(report.toJson()));
    assertEquals(SourceReport.EMPTY, parse(SourceReport.EMPTY.toJson()));
    for (String other : List.of("", "[]", "{\"bytes\":1}", "{\"bytes\":{\"a\":2}}", "<html>")) {
      assertThrows(IOException.class, () -> parse(other), other);
    }
  }

  private static SourceReport parse(String json) throws IOException {
    return SourceReport.parse(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatCameSinceIsTheDifference() {
    SourceReport before = new SourceReport(0, Map.of("a", Map.of("x", 10L, "y", 10L, "z", 10L)));
    SourceReport after = new SourceReport(1, Map.of("a", Map.of("x", 12L, "y", 10L, "z", 4L)));
    assertEquals(Map.of("x", 2L, "z", 4L), after.since(before, "a"));
    assertTrue(after.since(before, "b").isEmpty());
  }
}
