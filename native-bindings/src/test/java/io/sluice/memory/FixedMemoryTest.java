package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedMemoryTest {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  private final FixedMemory.Plan plan = FixedMemory.plan();

  @Test
  void regionsHaveTheirExactSizeAndAlignment() {
    Region one = plan.reserve("one", 1, 1);
    Region aligned = plan.reserve("aligned", 4097, 4096);
    Region huge = plan.reserve("huge", 3, FixedMemory.BASE_ALIGNMENT_BYTES);
    try (FixedMemory memory = plan.map()) {
      assertEquals(1, one.segment().byteSize());
      assertEquals(4097, aligned.segment().byteSize());
      assertEquals(3, huge.segment().byteSize());
      assertEquals(0, aligned.address() % 4096);
      assertEquals(0, huge.address() % FixedMemory.BASE_ALIGNMENT_BYTES);
      assertEquals(List.of(one, aligned, huge), memory.regions());
    }
  }

  @Test
  void mappingStartsAtAMultipleOfItsAlignment() {
    Region first = plan.reserve("first", 10, 1);
    try (FixedMemory memory = plan.map()) {
      assertEquals(0, first.address() % FixedMemory.BASE_ALIGNMENT_BYTES);
      assertEquals(4096, memory.totalBytes());
    }
  }

  @Test
  void regionsDoNotOverlapAndStartAsZero() {
    Region a = plan.reserve("a", 1000, 8);
    Region b = plan.reserve("b", 1000, 8);
    try (FixedMemory memory = plan.map()) {
      assertTrue(memory.totalBytes() >= 2000);
      a.segment().fill((byte) 1);
      assertEquals(0, b.segment().get(JAVA_BYTE, 0));
      b.segment().fill((byte) 2);
      assertEquals(1, a.segment().get(JAVA_BYTE, 999));
    }
  }

  @Test
  void accessBeyondARegionIsRefused() {
    Region region = plan.reserve("region", 100, 1);
    plan.reserve("next", 100, 1);
    try (FixedMemory memory = plan.map()) {
      assertEquals(2, memory.regions().size());
      assertThrows(IndexOutOfBoundsException.class, () -> region.segment().get(JAVA_BYTE, 100));
    }
  }

  @Test
  void everyThreadMayUseARegion() throws InterruptedException {
    Region region = plan.reserve("region", 1, 1);
    try (FixedMemory memory = plan.map()) {
      Thread.ofPlatform().start(() -> region.segment().set(JAVA_BYTE, 0, (byte) 5)).join();
      assertEquals(5, region.segment().get(JAVA_BYTE, 0));
      assertEquals(1, memory.regions().size());
    }
  }

  @Test
  void pagesCountFromTheirFirstTouch() throws IOException {
    Region region = plan.reserve("region", 8L << 20, 4096);
    try (FixedMemory memory = plan.map()) {
      assertEquals(8L << 20, memory.totalBytes());
      assertEquals(0, residentKib(region.address()));
      region.segment().set(JAVA_BYTE, 4L << 20, (byte) 1);
      assertEquals(4, residentKib(region.address()));
    }
  }

  @Test
  void closedMemoryIsUnmapped() throws IOException {
    Region region = plan.reserve("region", 8L << 20, 4096);
    FixedMemory memory = plan.map();
    assertTrue(isMapped(region.address()));
    memory.close();
    memory.close();
    assertFalse(isMapped(region.address()));
  }

  @Test
  void regionIsUnusableBeforeMapping() {
    Region region = plan.reserve("blocks", 10, 1);
    Exception failed = assertThrows(IllegalStateException.class, region::segment);
    assertTrue(failed.getMessage().contains("'blocks'"));
    assertThrows(IllegalStateException.class, region::address);
  }

  @Test
  void planIsSealedByMapping() {
    plan.reserve("region", 10, 1);
    try (FixedMemory memory = plan.map()) {
      assertEquals(1, memory.regions().size());
      assertThrows(IllegalStateException.class, () -> plan.reserve("late", 10, 1));
      assertThrows(IllegalStateException.class, plan::map);
    }
  }

  @Test
  void emptyPlanIsRefused() {
    assertThrows(IllegalStateException.class, plan::map);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 3, 4097, FixedMemory.BASE_ALIGNMENT_BYTES * 2, Long.MIN_VALUE})
  void alignmentIsAPowerOfTwoWithinTheBase(long alignmentBytes) {
    assertThrows(IllegalArgumentException.class, () -> plan.reserve("region", 10, alignmentBytes));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void sizeIsPositive(long bytes) {
    assertThrows(IllegalArgumentException.class, () -> plan.reserve("region", bytes, 1));
  }

  @Test
  void namesAreUsedOnce() {
    plan.reserve("region", 10, 1);
    assertThrows(IllegalArgumentException.class, () -> plan.reserve("region", 10, 1));
    assertThrows(IllegalArgumentException.class, () -> plan.reserve(" ", 10, 1));
  }

  @Test
  void sumThatNoLongCanHoldIsRefusedAndForgotten() {
    plan.reserve("small", 10, 1);
    assertThrows(
        IllegalArgumentException.class, () -> plan.reserve("large", Long.MAX_VALUE - 5, 1));
    assertThrows(IllegalArgumentException.class, () -> plan.reserve("large", Long.MAX_VALUE, 8));
    assertThrows(
        IllegalArgumentException.class, () -> plan.reserve("large", Long.MAX_VALUE - 100, 1));
    assertEquals(10, plan.plannedBytes());
    plan.reserve("large", 20, 1);
    plan.map().close();
  }

  @Test
  void tableNamesEveryRegionAndTheSum() {
    plan.reserve("transfer buffers", 32L << 20, 4096);
    plan.reserve("paths", 1536, 8);
    try (FixedMemory memory = plan.map()) {
      assertEquals(
          String.join(
              System.lineSeparator(),
              "transfer buffers    32.0 MiB  33554432 bytes",
              "paths                1.5 KiB      1536 bytes",
              "total               32.0 MiB  33558528 bytes",
              ""),
          memory.table());
    }
  }

  @Test
  void unitsArePickedForPeople() {
    assertEquals("0 B", MemoryTable.human(0));
    assertEquals("1023 B", MemoryTable.human(1023));
    assertEquals("1.0 KiB", MemoryTable.human(1024));
    assertEquals("1.0 MiB", MemoryTable.human(1 << 20));
    assertEquals("2.5 GiB", MemoryTable.human(5L << 29));
    assertEquals("4.0 TiB", MemoryTable.human(4L << 40));
  }

  private static boolean isMapped(long address) throws IOException {
    return Files.readAllLines(MAPPINGS).stream().anyMatch(line -> contains(line, address));
  }

  private static long residentKib(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      if (isHeader(line)) {
        inside = contains(line, address);
      } else if (inside && line.startsWith("Rss:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError("not mapped");
  }

  private static boolean isHeader(String line) {
    return line.matches("[0-9a-f]+-[0-9a-f]+ .*");
  }

  private static boolean contains(String line, long address) {
    if (!isHeader(line)) {
      return false;
    }
    String[] range = line.substring(0, line.indexOf(' ')).split("-");
    return Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
        && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
  }
}
