package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.CallState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a region that was given back still promises. */
class RegionTest {
  private static final int PAGE_BYTES = 4096;

  @Test
  void givingBackEmptiesWholePagesAndLeavesTheNeighboursAlone() {
    FixedMemory.Plan plan = FixedMemory.plan();
    Region before = plan.reserve("before", 100, 1);
    Region region = plan.reserve("region", 3 * PAGE_BYTES, 1);
    Region after = plan.reserve("after", 100, 1);
    try (FixedMemory memory = plan.map()) {
      for (Region each : memory.regions()) {
        each.segment().fill((byte) 7);
      }
      region.giveBack(CallState.ofThread());

      assertEquals(7, before.segment().get(JAVA_BYTE, 99));
      assertEquals(7, after.segment().get(JAVA_BYTE, 0));
      // The whole pages of the region start 100 bytes before its second page.
      assertEquals(7, region.segment().get(JAVA_BYTE, PAGE_BYTES - 101));
      assertEquals(0, region.segment().get(JAVA_BYTE, PAGE_BYTES - 100));
      assertEquals(0, region.segment().get(JAVA_BYTE, 3 * PAGE_BYTES - 101));
      assertEquals(7, region.segment().get(JAVA_BYTE, 3 * PAGE_BYTES - 100));
      region.segment().fill((byte) 8);
      assertEquals(8, region.segment().get(JAVA_BYTE, 2 * PAGE_BYTES));
    }
  }

  @Test
  void aRegionWithoutAWholePageKeepsWhatItHas() {
    FixedMemory.Plan plan = FixedMemory.plan();
    plan.reserve("before", 100, 1);
    Region region = plan.reserve("region", PAGE_BYTES, 1);
    try (FixedMemory _ = plan.map()) {
      region.segment().fill((byte) 7);
      region.giveBack(CallState.ofThread());
      assertEquals(7, region.segment().get(JAVA_BYTE, 0));
      assertEquals(7, region.segment().get(JAVA_BYTE, PAGE_BYTES - 1));
    }
  }

  @Test
  void whatIsGivenBackIsResidentNoMore() throws IOException {
    int bytes = 16 << 20;
    FixedMemory.Plan plan = FixedMemory.plan();
    Region region = plan.reserveHuge("region", bytes);
    try (FixedMemory _ = plan.map()) {
      region.segment().fill((byte) 7);
      long touched = residentBytes(region);
      region.giveBack(CallState.ofThread());
      assertTrue(touched >= bytes, "touched: " + touched);
      assertEquals(0, residentBytes(region));
    }
  }

  /** What {@code proc_pid_smaps(5)} says of the mapping that the region starts. */
  private static long residentBytes(Region region) throws IOException {
    String start = Long.toHexString(region.address()) + "-";
    boolean found = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      found |= line.startsWith(start);
      if (found && line.startsWith("Rss:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new AssertionError("no mapping starts at " + start);
  }
}
