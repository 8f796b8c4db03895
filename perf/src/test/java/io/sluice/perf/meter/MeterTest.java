package io.sluice.perf.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's files as seen on real systems, shortened. */
class MeterTest {
  @TempDir private Path directory;

  private void file(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void version1ChargeIsReadWithItsChildren() throws IOException {
    file("memory.usage_in_bytes", "1000\n");
    file("memory.max_usage_in_bytes", "1500\n");
    file("memory.stat", "cache 1\nrss 2\ntotal_cache 300\ntotal_rss 600\n");
    file("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    file("memory.kmem.usage_in_bytes", "100\n");
    file("memory.kmem.tcp.usage_in_bytes", "0\n");
    assertEquals(
        new MemoryCharge(1000, 1500, 600, 300, 100, 0, 2),
        new CgroupMeter(directory, false).read());
  }

  @Test
  void version2ChargeIsRead() throws IOException {
    unified("anon 600\nfile 300\nkernel 100\nsock 50\n");
    file("memory.peak", "1500\n");
    assertEquals(
        new MemoryCharge(1000, 1500, 600, 300, 100, 50, 2),
        new CgroupMeter(directory, true).read());
  }

  @Test
  void version2BeforeItKeptAPeakAndAKernelSumIsRead() throws IOException {
    unified("anon 600\nfile 300\nkernel_stack 10\npagetables 20\nslab 30\npercpu 5\nsock 50\n");
    assertEquals(
        new MemoryCharge(1000, 1000, 600, 300, 65, 50, 2), new CgroupMeter(directory, true).read());
  }

  private void unified(String stat) throws IOException {
    file("memory.current", "1000\n");
    file("memory.stat", stat);
    file("memory.events", "low 0\nhigh 0\nmax 7\noom 2\noom_kill 2\n");
  }

  @Test
  void nestedLinesAreSkippedAndMaxIsUnbounded() throws IOException {
    assertEquals(
        Map.of("a", 1L), KeyedFile.parse(List.of("a 1", "8:0 rbytes=1 wbytes=2", "b", "")));
    file("memory.max", "max\n");
    assertEquals(Long.MAX_VALUE, KeyedFile.number(directory.resolve("memory.max")));
    file("broken", "many\n");
    assertThrows(IOException.class, () -> KeyedFile.number(directory.resolve("broken")));
  }

  @Test
  void cpuTimeIsReadInBothVersions() throws IOException {
    file("v1/cpuacct.usage", "123456789\n");
    assertEquals(123_456_789L, new CpuMeter(directory.resolve("v1")).usedNs());
    file("v2/cpu.stat", "usage_usec 1234\nuser_usec 1000\nsystem_usec 234\n");
    assertEquals(1_234_000L, new CpuMeter(directory.resolve("v2")).usedNs());
  }

  @Test
  void deviceReadsAreSectorsOf512Bytes() throws IOException {
    file(
        "diskstats",
        " 253       0 zram0 0 0 0 0 0 0 0 0 0 0 0\n"
            + " 254       0 vda 91489 24944 3912714 24873 47620 17695 2587440 12691 0 13916"
            + " 38409\n");
    Path diskstats = directory.resolve("diskstats");
    assertEquals(3_912_714L * 512, DeviceMeter.ofDevice(diskstats, "254:0").readBytes());
    assertThrows(IOException.class, () -> DeviceMeter.ofDevice(diskstats, "254:1").readBytes());
  }

  @Test
  void aGroupThatHasNotReadYetHasNoLine() throws IOException {
    file("io.stat", "254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n");
    assertEquals(4096, DeviceMeter.ofGroup(directory, "254:0").orElseThrow().readBytes());
    assertEquals(0, DeviceMeter.ofGroup(directory, "254:16").orElseThrow().readBytes());
    assertTrue(DeviceMeter.ofGroup(directory.resolve("v1"), "254:0").isEmpty());
  }

  @Test
  void tcpMemoryIsInPages() throws IOException {
    file(
        "sockstat",
        "sockets: used 16\nTCP: inuse 1 orphan 0 tw 2 alloc 1 mem 195\nUDP: inuse 0 mem 3\n");
    assertEquals(195 * 4096, new SocketMemoryMeter(directory.resolve("sockstat")).tcpBytes());
  }

  @Test
  void residentMemoryOfAProcessThatHasEndedIsNothing() throws IOException {
    file("10/status", "Name:\tjava\nVmHWM:\t  9000 kB\nVmRSS:\t    8000 kB\n");
    assertEquals(8000 * 1024, new ResidentSetMeter(directory).residentBytes(List.of(10L, 11L)));
  }

  @Test
  void growthIsAboveTheFirstSample() {
    List<MemoryTimeline.Point> points = List.of(point(0, 100), point(1, 150), point(2, 120));
    assertEquals(50, MemoryTimeline.growthBytes(points, p -> p.charge().cacheBytes()));
    assertEquals(150, MemoryTimeline.peakBytes(points, p -> p.charge().cacheBytes()));
  }

  private static MemoryTimeline.Point point(long atNs, long cacheBytes) {
    return new MemoryTimeline.Point(atNs, new MemoryCharge(0, 0, 0, cacheBytes, 0, 0, 0), 0);
  }
}
