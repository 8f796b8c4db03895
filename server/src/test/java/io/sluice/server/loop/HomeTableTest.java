package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.http.DigestKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HomeTableTest {
  private static final long KEPT_NS = 1_000_000_000L;
  private static final int LOOPS = 4;

  private final HomeTable homes = new HomeTable(64, LOOPS, KEPT_NS, 0);

  @Test
  void blobsThatAreUsedTogetherAreSpreadEvenlyWhateverTheirDigests() {
    int[] blobs = new int[LOOPS];
    for (int i = 0; i < 8; i++) {
      blobs[homes.homeOf(digest(i), 0, 0)]++;
    }
    for (int count : blobs) {
      assertEquals(2, count);
    }
  }

  @Test
  void aBlobStaysWithTheLoopThatItsFirstReaderWasOn() {
    assertEquals(3, homes.homeOf(digest(1), 3, 0));
    for (int loop = 0; loop < LOOPS; loop++) {
      assertEquals(3, homes.homeOf(digest(1), loop, KEPT_NS / 2));
    }
  }

  @Test
  void whatIsUsedKeepsItsHomeAndWhatIsNotGetsAnother() {
    homes.homeOf(digest(1), 3, 0);
    homes.homeOf(digest(2), 2, 0);
    long now = 0;
    while (now < 10 * KEPT_NS) {
      now += KEPT_NS / 2;
      homes.keep(digest(1), 3, now);
      homes.keep(digest(2), 1, now);
    }
    assertEquals(3, homes.homeOf(digest(1), 0, now));
    assertEquals(0, homes.homeOf(digest(2), 0, now));
  }

  @Test
  void aFullTableLeavesItToTheDigest() {
    HomeTable small = new HomeTable(HomeTable.PROBES, LOOPS, KEPT_NS, 0);
    for (int i = 0; i < HomeTable.PROBES; i++) {
      small.homeOf(digest(i), 0, 0);
    }
    int home = small.homeOf(digest(100), 0, 0);
    for (int loop = 0; loop < LOOPS; loop++) {
      assertEquals(home, small.homeOf(digest(100), loop, 0));
    }
    long later = 2 * KEPT_NS;
    assertEquals(2, small.homeOf(digest(100), 2, later));
    assertEquals(2, small.homeOf(digest(100), 1, later));
  }

  /** What nobody has is asked for once each: it took 50,000 looks at entries for each. */
  @Test
  void digestsThatAreAskedForOnceCostLittleWhenTheTableIsFull() {
    HomeTable full = new HomeTable(1024, LOOPS, KEPT_NS, 0);
    for (int i = 0; i < 20_000; i++) {
      full.homeOf(digest(i), 0, 0);
    }
    long startNs = System.nanoTime();
    for (int i = 20_000; i < 40_000; i++) {
      full.homeOf(digest(i), 0, 0);
    }
    long tookNs = System.nanoTime() - startNs;
    assertTrue(tookNs < 200_000_000L, tookNs + " ns for 20,000");
  }

  @Test
  void theClockMayWrapAround() {
    long years = 60L * 60 * 24 * 365 * 3 * 1_000_000_000L;
    assertEquals(2, homes.homeOf(digest(1), 2, years));
    assertEquals(2, homes.homeOf(digest(1), 0, years + KEPT_NS / 2));
  }

  @Test
  void loopsThatAskAtTheSameTimeAgree() throws Exception {
    HomeTable shared = new HomeTable(1024, LOOPS, KEPT_NS, 0);
    Map<Integer, Integer> agreed = new HashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(LOOPS)) {
      List<Future<int[]>> answers = new ArrayList<>();
      for (int loop = 0; loop < LOOPS; loop++) {
        answers.add(threads.submit(asking(shared, loop)));
      }
      for (Future<int[]> answer : answers) {
        int[] told = answer.get();
        for (int blob = 0; blob < told.length; blob++) {
          assertEquals(told[blob], agreed.computeIfAbsent(blob, b -> told[b]));
        }
      }
    }
  }

  private static Callable<int[]> asking(HomeTable homes, int loop) {
    return () -> {
      int[] told = new int[200];
      for (int blob = 0; blob < told.length; blob++) {
        told[blob] = homes.homeOf(digest(blob), loop, 0);
      }
      return told;
    };
  }

  private static DigestKey digest(int number) {
    return DigestKey.of("sha256:" + "%064x".formatted(number * 0x9e3779b97f4a7c15L));
  }
}
