package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EALREADY;
import static io.sluice.ring.simulation.KernelConstants.ECANCELED;
import static io.sluice.ring.simulation.KernelConstants.EINTR;
import static io.sluice.ring.simulation.KernelConstants.EIO;
import static io.sluice.ring.simulation.KernelConstants.ENOENT;
import static io.sluice.ring.simulation.KernelConstants.ETIME;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time, wake-ups, cancellation and faults are what they promise to be. */
class SimulatedKernelTest {
  private final RingProbe probe = new RingProbe(1, FaultPlan.none());
  private final SimulatedKernel kernel = probe.kernel;
  private final SimulatedRing ring = probe.ring;
  private final MemorySegment buffer = probe.buffer;

  @AfterEach
  void freeMemory() {
    probe.close();
  }

  @Test
  void timersRunInVirtualTime() {
    MemorySegment time = probe.arena.allocate(16, 8);
    time.set(JAVA_LONG, 0, 86_400);
    ring.timeout(time.address(), 1);
    assertEquals(-ETIME, probe.result());
    assertTrue(kernel.nowNs() >= 86_400_000_000_000L);
  }

  @Test
  void anEventFdWakesItsReaderAndIsReset() {
    int fd = kernel.openEventFd();
    kernel.after(1000, () -> kernel.signal(fd));
    kernel.after(1000, () -> kernel.signal(fd));
    ring.pollAdd(fd, KernelConstants.POLLIN, 1);
    assertEquals(KernelConstants.POLLIN, probe.result());
    assertEquals(8, probe.read(fd, buffer.address(), 8, 0));
    assertEquals(2, buffer.get(JAVA_LONG, 0));
  }

  @Test
  void oneThreadMayDriveTwoRings() {
    SimulatedRing other = kernel.openRing();
    int fd = kernel.openEventFd();
    MemorySegment one = probe.arena.allocateFrom(JAVA_LONG, 1);
    other.write(fd, one.address(), 8, 1);
    other.submitAndWait(0);
    ring.read(fd, buffer.address(), 8, 0, 2);
    assertEquals(0, ring.submitAndWait(1), "a wait ends early for the other ring");
    assertEquals(1, other.drain((userData, result, flags) -> {}, 1));
    assertEquals(8, probe.result());
  }

  @Test
  void cancelRacesEndInEveryLegalWayAndAlwaysInTwoCompletions() {
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < 400; seed++) {
      addCancelOutcomes(outcomes, seed);
    }
    Set<String> legal = new TreeSet<>();
    for (int received : new int[] {4, -ECANCELED}) {
      legal.add("recv " + received + " cancel 0");
      legal.add("recv " + received + " cancel " + -EALREADY);
    }
    legal.add("recv " + -EINTR + " cancel " + -EALREADY);
    legal.add("read 100 cancel " + -EALREADY);
    legal.add("read 100 cancel " + -ENOENT);
    legal.add("read " + -ECANCELED + " cancel 0");
    legal.add("read " + -ECANCELED + " cancel " + -EALREADY);
    assertEquals(legal, outcomes);
  }

  @Test
  void everyFaultOfAReadHappensWhenItsProbabilityIsOne() {
    assertEquals(-EIO, readUnder(Fault.READ_ERROR));
    assertEquals(-EINTR, readUnder(Fault.INTERRUPTED));
    assertEquals(-KernelConstants.EAGAIN, readUnder(Fault.TRY_AGAIN));
    assertEquals(-KernelConstants.ENOMEM, readUnder(Fault.OUT_OF_MEMORY));
    assertEquals(-ECANCELED, readUnder(Fault.CANCELLED));
    int shortCount = readUnder(Fault.SHORT_READ);
    assertTrue(shortCount > 0 && shortCount < 4096 && shortCount % 512 == 0, "" + shortCount);
    assertEquals(4096, readUnder(Fault.DELAY));
    assertEquals(4096, readUnder(Fault.LATE_COMPLETION));
    assertEquals(4096, readUnder(Fault.FILE_UNLINKED));
    assertTrue(readUnder(Fault.FILE_TRUNCATED) < 4096);
  }

  @Test
  void aCancelThatIsSubmittedBeforeItsTargetDoesNotFindIt() {
    ring.cancel(7, 1);
    ring.pollAdd(kernel.openEventFd(), KernelConstants.POLLIN, 7);
    assertEquals(-ENOENT, probe.result());
    assertEquals(1, ring.inFlight());
  }

  private static void addCancelOutcomes(Set<String> outcomes, int seed) {
    FaultPlan faults = FaultPlan.none().with(Fault.CANCEL_RACE, 0.9);
    try (RingProbe probe = new RingProbe(seed, faults)) {
      int listenFd = probe.kernel.listen();
      SimulatedClient client =
          probe.kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
      int fd = probe.accept(listenFd);
      client.send("data");
      probe.kernel.advance(seed % 2 * 1_000_000);
      probe.ring.recv(fd, probe.buffer.address(), 10, 0, 1);
      probe.ring.cancel(1, 2);
      Map<Long, Integer> both = probe.results(2);
      outcomes.add("recv " + both.get(1L) + " cancel " + both.get(2L));
      int fileFd = probe.open(SimulatedContent.generated(1, 100), "file", 0);
      probe.ring.read(fileFd, probe.buffer.address(), 100, 0, 3);
      probe.ring.cancel(3, 4);
      both = probe.results(2);
      outcomes.add("read " + both.get(3L) + " cancel " + both.get(4L));
    }
  }

  private static int readUnder(Fault fault) {
    try (RingProbe faulty = new RingProbe(3, FaultPlan.none().with(fault, 1))) {
      SimulatedFileSystem fileSystem = new SimulatedFileSystem(faulty.kernel);
      SimulatedFile file = SimulatedFile.generated(1, 4096);
      OpenFile open = new OpenFile(faulty.kernel, fileSystem, file, true);
      int fd = faulty.kernel.descriptors().install(open, false, "test");
      return faulty.read(fd, faulty.buffer.address(), 4096, 0);
    }
  }
}
