package io.sluice.ring.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Each checker of the simulator fires when it is provoked. */
class SimulatedRingTest {
  private static final long SEED = 4711;

  private final Arena arena = Arena.ofConfined();
  private final SimulatedKernel kernel = new SimulatedKernel(SEED, FaultPlan.none());
  private final SimulatedRing ring = kernel.openRing();
  private final MemorySegment buffer = arena.allocate(8192, 4096);

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  @Test
  void aViolationNamesTheSeedAndTheLastOperations() {
    ring.timeout(timespec(1, 0), 1);
    AssertionError error = assertThrows(AssertionError.class, () -> ring.accept(99, 2));
    assertTrue(error.getMessage().contains("seed 4711"), error.getMessage());
    assertTrue(error.getMessage().contains("submit TIMEOUT#1"), error.getMessage());
  }

  @Test
  void aViolationThatWasSwallowedComesBack() {
    refused("not open", () -> ring.accept(99, 1));
    refused("not open", () -> ring.submitAndWait(0));
    refused("not open", kernel::assertQuiescent);
  }

  @Test
  void usingADescriptorThatWasNeverOpenedIsRefused() {
    refused("not open", () -> ring.recv(99, buffer.address(), 10, 0, 1));
  }

  @Test
  void usingADescriptorThatIsBeingClosedIsRefused() {
    int fd = connected();
    ring.close(fd, 1);
    refused("being closed", () -> ring.recv(fd, buffer.address(), 10, 0, 2));
  }

  @Test
  void closingTwiceIsRefusedBeforeAndAfterTheFirstCloseHappened() {
    int fd = connected();
    ring.close(fd, 1);
    refused("being closed", () -> ring.close(fd, 2));
    SimulatedKernel other = new SimulatedKernel(SEED, FaultPlan.none());
    int socket = other.socket();
    other.close(socket);
    refused("not open", () -> other.close(socket));
  }

  @Test
  void theWrongKindOfDescriptorIsRefused() {
    int directoryFd = kernel.openDirectory();
    ring.recv(directoryFd, buffer.address(), 10, 0, 1);
    refused("on a directory", () -> ring.submitAndWait(1));
  }

  @Test
  void writingIntoAReceiveBufferIsCaught() {
    ring.recv(connected(), buffer.address(), 100, 0, 1);
    ring.cancel(1, 2);
    buffer.set(ValueLayout.JAVA_BYTE, 99, (byte) 1);
    refused("offset 99", () -> ring.submitAndWait(2));
  }

  @Test
  void writingIntoAReceiveBufferAfterItWasFilledIsCaughtWhenDrained() {
    int listenFd = kernel.listen();
    SimulatedClient client = kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    client.send("hello");
    int fd = accept(listenFd);
    ring.recv(fd, buffer.address(), 100, 0, 1);
    assertEquals(1, ring.submitAndWait(1));
    buffer.set(ValueLayout.JAVA_BYTE, 0, (byte) 'j');
    refused("to be filled by RECV", () -> ring.drain((userData, result, flags) -> {}, 1));
  }

  @Test
  void changingASentBufferIsCaught() {
    ring.send(connected(), buffer.address(), 100, 0, 1);
    buffer.set(ValueLayout.JAVA_BYTE, 50, (byte) 1);
    refused("read by SEND", () -> ring.submitAndWait(1));
  }

  @Test
  void changingAPathATimespecOrASocketAddressIsCaught() {
    MemorySegment path = arena.allocateFrom("sha256/00");
    ring.openAt(kernel.openDirectory(), path.address(), 0, 0, 1);
    path.set(ValueLayout.JAVA_BYTE, 9, (byte) '/');
    refused("read by OPEN_AT", () -> ring.submitAndWait(1));

    SimulatedRing second = new SimulatedKernel(SEED, FaultPlan.none()).openRing();
    MemorySegment time = arena.allocate(16);
    second.timeout(time.address(), 1);
    second.submitAndWait(1);
    time.set(ValueLayout.JAVA_LONG, 0, 7);
    refused("read by TIMEOUT", () -> second.drain((userData, result, flags) -> {}, 1));

    SimulatedKernel third = new SimulatedKernel(SEED, FaultPlan.none());
    SimulatedRing ring = third.openRing();
    MemorySegment address = arena.allocate(16);
    ring.connect(third.socket(), address.address(), 16, 1);
    address.set(ValueLayout.JAVA_BYTE, 4, (byte) 10);
    refused("read by CONNECT", () -> ring.submitAndWait(1));
  }

  @Test
  void overlappingTargetsAreRefused() {
    int fd = connected();
    ring.recv(fd, buffer.address(), 100, 0, 1);
    refused("which writes it", () -> ring.recv(fd, buffer.address() + 99, 100, 0, 2));
  }

  @Test
  void adjacentTargetsAreFine() {
    int fd = connected();
    ring.recv(fd, buffer.address(), 100, 0, 1);
    ring.recv(fd, buffer.address() + 100, 100, 0, 2);
    assertEquals(2, ring.inFlight());
  }

  @Test
  void sendingWhatIsBeingFilledIsRefused() {
    int fd = connected();
    ring.recv(fd, buffer.address(), 100, 0, 1);
    refused("which writes it", () -> ring.send(fd, buffer.address() + 50, 1, 0, 2));
  }

  @Test
  void fillingWhatIsBeingSentIsRefusedHoweverFarInFrontItStarts() {
    int fd = connected();
    ring.send(fd, buffer.address(), 4096, 0, 1);
    ring.send(fd, buffer.address() + 10, 1, 0, 2);
    refused("which reads it", () -> ring.recv(fd, buffer.address() + 4095, 10, 0, 3));
  }

  @Test
  void sendingTheSameMemoryToTwoIsFine() {
    int first = connected();
    int second = connected();
    ring.send(first, buffer.address(), 100, 0, 1);
    ring.send(second, buffer.address() + 50, 100, 0, 2);
    assertTrue(ring.submitAndWait(2) >= 2);
    assertEquals(2, ring.drain((userData, result, flags) -> assertEquals(100, result), 8));
  }

  @Test
  void waitingForWhatCannotHappenIsADeadlock() {
    ring.accept(kernel.listen(), 0x77);
    refused("BLOCKED ACCEPT#1(userData=0x77", () -> ring.submitAndWait(1));
  }

  @Test
  void waitingBeyondTheTimeLimitIsRefused() {
    kernel.setTimeLimitNs(999_999_999);
    ring.timeout(timespec(1, 0), 1);
    refused("time limit", () -> ring.submitAndWait(1));
  }

  @Test
  void drainingFromAHandlerIsRefused() {
    ring.timeout(timespec(0, 1), 1);
    ring.submitAndWait(1);
    refused("handler", () -> ring.drain((userData, result, flags) -> ring.submitAndWait(0), 1));
  }

  @Test
  void aHandlerMaySubmit() {
    long time = timespec(0, 1);
    ring.timeout(time, 1);
    ring.submitAndWait(1);
    ring.drain((userData, result, flags) -> ring.timeout(time, 2), 1);
    assertEquals(1, ring.submitAndWait(1));
  }

  @Test
  void anotherThreadIsRefused() throws InterruptedException {
    ring.submitAndWait(0);
    Thread thread = new Thread(() -> refused("was called by", () -> ring.submitAndWait(0)));
    Throwable[] failure = new Throwable[1];
    thread.setUncaughtExceptionHandler((where, what) -> failure[0] = what);
    thread.start();
    thread.join();
    assertEquals(null, failure[0]);
  }

  @Test
  void closingTheRingWithOperationsInFlightIsRefused() {
    ring.timeout(timespec(1, 0), 1);
    refused("in flight", ring::close);
  }

  @Test
  void aForgottenDescriptorIsNamedAtTheEnd() {
    connected();
    refused("is still open: a socket from ACCEPT#", kernel::assertQuiescent);
  }

  @Test
  void anUndrainedCompletionIsNamedAtTheEnd() {
    ring.timeout(timespec(0, 1), 1);
    ring.submitAndWait(1);
    refused("POSTED TIMEOUT#1", kernel::assertQuiescent);
  }

  @Test
  void aPathThatLeavesItsDirectoryIsRefused() {
    MemorySegment path = arena.allocateFrom("sha256/../../etc/passwd");
    ring.openAt(kernel.openDirectory(), path.address(), 0, 0, 1);
    refused("leaves its directory", () -> ring.submitAndWait(1));
  }

  @Test
  void aReaderThatThrowsFailsTheRun() {
    int listenFd = kernel.listen();
    SimulatedClient client =
        kernel.newClient(
            listenFd,
            (from, bytes, length) -> {
              throw new AssertionError("wrong byte");
            });
    client.connect();
    ring.send(accept(listenFd), buffer.address(), 1, 0, 1);
    ring.submitAndWait(1);
    refused("wrong byte", () -> kernel.advance(1_000_000));
    refused("wrong byte", () -> ring.submitAndWait(0));
  }

  private static void refused(String why, Executable action) {
    AssertionError error = assertThrows(AssertionError.class, action);
    assertTrue(error.getMessage().contains(why), error.getMessage());
  }

  private long timespec(long seconds, long nanoseconds) {
    MemorySegment time = arena.allocate(16, 8);
    time.set(ValueLayout.JAVA_LONG, 0, seconds);
    time.set(ValueLayout.JAVA_LONG, 8, nanoseconds);
    return time.address();
  }

  private int connected() {
    int listenFd = kernel.listen();
    kernel.newClient(listenFd, (from, bytes, length) -> {}).connect();
    return accept(listenFd);
  }

  private int accept(int listenFd) {
    ring.accept(listenFd, 0);
    return onlyResult();
  }

  private int openFile() {
    int directoryFd = kernel.openDirectory();
    kernel.addFile(directoryFd, "file", SimulatedFile.generated(1, 10_000));
    ring.openAt(directoryFd, arena.allocateFrom("file").address(), 0, 0, 0);
    return onlyResult();
  }

  private int onlyResult() {
    int[] results = new int[1];
    ring.submitAndWait(1);
    assertEquals(1, ring.drain((userData, result, flags) -> results[0] = result, 2));
    return results[0];
  }
}
