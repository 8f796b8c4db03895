package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZipfTest {
  private static final int DRAWS = 200_000;

  private static int[] draw(int items, double exponent) {
    Zipf zipf = new Zipf(items, exponent, 3);
    int[] counts = new int[items];
    for (int i = 0; i < DRAWS; i++) {
      counts[zipf.next()]++;
    }
    return counts;
  }

  @Test
  void popularityFallsWithTheRankByTheLaw() {
    int[] counts = draw(100, 1);
    double harmonic = IntStream.rangeClosed(1, 100).mapToDouble(k -> 1.0 / k).sum();
    for (int rank : new int[] {0, 1, 4, 9, 49}) {
      double expected = DRAWS / harmonic / (rank + 1);
      assertEquals(expected, counts[rank], 0.15 * expected, "rank " + rank);
    }
  }

  @Test
  void anExponentOfNothingMakesAllAlike() {
    for (int count : draw(10, 0)) {
      assertEquals(DRAWS / 10.0, count, 0.05 * DRAWS / 10);
    }
  }

  @Test
  void drawsDependOnTheSeedOnly() {
    Zipf one = new Zipf(1000, 0.9, 11);
    Zipf other = new Zipf(1000, 0.9, 11);
    for (int i = 0; i < 1000; i++) {
      assertEquals(one.next(), other.next());
    }
  }

  @Test
  void thereMustBeSomethingToDraw() {
    assertEquals(0, new Zipf(1, 1, 1).next());
    assertThrows(IllegalArgumentException.class, () -> new Zipf(0, 1, 1));
  }
}
