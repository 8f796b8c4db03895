package io.sluice.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private static final Origin FIRST = new Origin("2026-01-01T00:00:00Z", "a", "j", "k", "2 x c");
  private static final Origin LATER = new Origin("2026-01-02T00:00:00Z", "a", "j", "k", "2 x c");
  private static final Origin OTHER = new Origin("2026-01-02T00:00:00Z", "b", "j", "k", "2 x c");

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("micro.jsonl");
  }

  private static Measured measured(String name, double ns) {
    return new Measured(name, ns, Double.NaN, 0.0004);
  }

  @Test
  void aLineHasWhereAndWhat() throws IOException {
    new History(file()).add(FIRST, List.of(new Measured("A.b[C]", 12.345, 0.5, 40)));
    assertEquals(
        List.of(
            "{\"date\":\"2026-01-01T00:00:00Z\",\"commit\":\"a\",\"jdk\":\"j\",\"kernel\":\"k\","
                + "\"cpu\":\"2 x c\",\"benchmarks\":"
                + "{\"A.b[C]\":{\"ns\":12.35,\"error\":0.5,\"bytes\":40.0}}}"),
        Files.readAllLines(file()));
  }

  @Test
  void anotherPieceOfTheSameCommitGoesIntoItsLine() throws IOException {
    History history = new History(file());
    history.add(FIRST, List.of(measured("one", 1), measured("two", 2)));
    history.add(LATER, List.of(measured("two", 22), measured("three", 3)));
    List<String> lines = Files.readAllLines(file());
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).contains("2026-01-02"), lines.get(0));
    assertTrue(
        lines
            .get(0)
            .endsWith(
                "{\"one\":{\"ns\":1.0,\"bytes\":0.0},\"two\":{\"ns\":22.0,\"bytes\":0.0},"
                    + "\"three\":{\"ns\":3.0,\"bytes\":0.0}}}"),
        lines.get(0));
  }

  @Test
  void anotherCommitHasALineOfItsOwn() throws IOException {
    History history = new History(file());
    history.add(FIRST, List.of(measured("one", 1)));
    String first = Files.readAllLines(file()).get(0);
    history.add(OTHER, List.of(measured("one", 2)));
    List<String> lines = Files.readAllLines(file());
    assertEquals(2, lines.size());
    assertEquals(first, lines.get(0));
  }

  @Test
  void whatIsNotALineIsNotWrittenOver() throws IOException {
    Files.writeString(file(), "[1]\n");
    assertThrows(
        IOException.class, () -> new History(file()).add(FIRST, List.of(measured("one", 1))));
    assertEquals("[1]\n", Files.readString(file()));
  }

  @Test
  void lessThanAnObjectIsNoAllocation() {
    assertTrue(measured("one", 1).allocatesNothing());
    assertFalse(new Measured("one", 1, 0, 16).allocatesNothing());
  }
}
