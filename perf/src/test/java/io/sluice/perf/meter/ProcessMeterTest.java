package io.sluice.perf.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose doing is known, and the kernel's files as seen, shortened. */
class ProcessMeterTest {
  private static final int WAITS = 50;
  private static final long MIB = 1 << 20;

  @TempDir private Path directory;

  private void thread(int process, int thread, long voluntary, long forced) throws IOException {
    Path task = Files.createDirectories(directory.resolve(process + "/task/" + thread));
    Files.writeString(
        task.resolve("status"),
        "Name:\tx\nThreads:\t1\nvoluntary_ctxt_switches:\t"
            + voluntary
            + "\nnonvoluntary_ctxt_switches:\t"
            + forced
            + "\n");
  }

  private void end(int process, int thread) throws IOException {
    Path task = directory.resolve(process + "/task/" + thread);
    Files.delete(task.resolve("status"));
    Files.delete(task);
  }

  @Test
  void switchesOfAllThreadsOfAllProcessesAreAdded() throws IOException {
    thread(10, 10, 1, 2);
    thread(10, 11, 10, 20);
    thread(20, 20, 100, 200);
    ContextSwitchMeter meter = new ContextSwitchMeter(directory);
    assertEquals(new ContextSwitches(111, 222), meter.read(List.of(10L, 20L, 30L)));
    assertEquals(ContextSwitches.NONE, new ContextSwitchMeter(directory).read(List.of(30L)));
  }

  @Test
  void whatAThreadDidBeforeItsEndIsKept() throws IOException {
    thread(10, 10, 1, 2);
    thread(10, 11, 10, 20);
    ContextSwitchMeter meter = new ContextSwitchMeter(directory);
    meter.read(List.of(10L));
    end(10, 11);
    assertEquals(new ContextSwitches(11, 22), meter.read(List.of(10L)));
    thread(10, 11, 3, 4);
    assertEquals(new ContextSwitches(14, 26), meter.read(List.of(10L)), "a new one of its number");
    thread(10, 11, 5, 4);
    assertEquals(new ContextSwitches(16, 26), meter.read(List.of(10L)));
  }

  @Test
  void aChildThatWaitsIsSeenToWait() throws Exception {
    // Each read finds nothing until this process writes a line.
    Process child = new ProcessBuilder("sh", "-c", "while read line; do echo $line; done").start();
    try (var reader = child.inputReader();
        var writer = child.outputWriter()) {
      List<Long> id = List.of(child.pid());
      ContextSwitchMeter meter = new ContextSwitchMeter();
      talk(reader, writer, 1);
      ContextSwitches before = meter.read(id);
      talk(reader, writer, WAITS);
      ContextSwitches during = meter.read(id).minus(before);
      assertTrue(during.voluntary() >= WAITS / 2, during.toString());
      assertTrue(new ResidentSetMeter().residentBytes(id) > 0);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void talk(java.io.BufferedReader reader, java.io.BufferedWriter writer, int times)
      throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      // Long enough for the child to be waiting again.
      Thread.sleep(2);
      writer.write("x\n");
      writer.flush();
      assertEquals("x", reader.readLine());
    }
  }

  @Test
  void sharedPagesCountInParts() throws Exception {
    // A shell and its copy share nearly all that they have.
    Process child = new ProcessBuilder("sh", "-c", "(read a; :) & echo $!; read b; :").start();
    try (var reader = child.inputReader()) {
      List<Long> ids = List.of(child.pid(), Long.parseLong(reader.readLine()));
      ResidentSetMeter meter = new ResidentSetMeter();
      long resident = meter.residentBytes(ids);
      long proportional = meter.proportionalBytes(ids);
      assertTrue(proportional > 0 && proportional < resident, proportional + " of " + resident);
    } finally {
      child.descendants().forEach(ProcessHandle::destroyForcibly);
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void aProcessThatHasEndedHasNothing() throws Exception {
    Process child = new ProcessBuilder("true").start();
    List<Long> id = List.of(child.pid());
    child.waitFor();
    assertEquals(0, new ResidentSetMeter().proportionalBytes(id));
    assertEquals(0, new ResidentSetMeter().residentBytes(id));
    assertEquals(ContextSwitches.NONE, new ContextSwitchMeter().read(id));
  }

  @Test
  void timeOfTheMachineIsInHundredths() throws IOException {
    Path stat = Files.writeString(directory.resolve("stat"), "cpu  1 2 3 4 5 6 7 8 9 9\ncpu0 1\n");
    assertEquals(new MachineTime(60_000_000, 80_000_000, 360_000_000), MachineTime.read(stat));
    Path broken = Files.writeString(directory.resolve("broken"), "intr 1\n");
    assertThrows(IOException.class, () -> MachineTime.read(broken));
    assertTrue(MachineTime.read(MachineTime.STAT).totalNs() > 0);
  }

  @Test
  void othersAreWhatNeitherContendersNorHarnessUsed() {
    MachineTime before = new MachineTime(100, 10, 1_000);
    MachineTime after = new MachineTime(600, 30, 2_000);
    assertEquals(new Disturbance(0.02, 0.4), Disturbance.between(before, after, 100));
    assertEquals(new Disturbance(0.02, 0), Disturbance.between(before, after, 501));
    assertEquals(Disturbance.NONE, Disturbance.between(before, before, 0));
  }

  @Test
  void aGroupIsWatchedFromBeginningToEnd() throws Exception {
    Path group = Files.createDirectories(directory.resolve("group"));
    Files.writeString(group.resolve("memory.current"), 7 * MIB + "\n");
    Files.writeString(group.resolve("memory.stat"), "anon 600\nfile 300\nkernel 100\nsock 50\n");
    Files.writeString(group.resolve("memory.events"), "oom_kill 0\n");
    Files.writeString(group.resolve("cpu.stat"), "usage_usec 1000\n");
    Files.writeString(group.resolve("io.stat"), "254:0 rbytes=4096 wbytes=0\n");
    GroupWatch.Sources sources =
        new GroupWatch.Sources(
            new CgroupMeter(group, true),
            new CpuMeter(group),
            DeviceMeter.ofGroup(group, "254:0").orElseThrow(),
            () -> List.of(ProcessHandle.current().pid()),
            () -> 0);
    try (GroupWatch watch = new GroupWatch(sources)) {
      Files.writeString(group.resolve("cpu.stat"), "usage_usec 3000\n");
      Files.writeString(group.resolve("io.stat"), "254:0 rbytes=12288 wbytes=0\n");
      Cost cost = watch.finish();
      assertEquals(2_000_000, cost.cpuNs());
      assertEquals(8192, cost.deviceBytes());
      assertTrue(cost.points().size() >= 2);
      assertEquals(7 * MIB, cost.peakBytes(p -> p.charge().totalBytes()));
      assertTrue(cost.peakBytes(MemoryTimeline.Point::residentBytes) > MIB);
      assertTrue(cost.peakBytes(MemoryTimeline.Point::proportionalBytes) > MIB);
    }
  }
}
