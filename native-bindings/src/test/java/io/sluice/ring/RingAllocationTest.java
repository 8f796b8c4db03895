package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Sockets;
import io.sluice.linux.generated.Libc;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The event loops' part of this module leaves nothing to the garbage collector. */
@Tag("kernel")
@ParameterizedClass
@EnumSource(RingConfiguration.class)
class RingAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 10_000;
  private static final long WARM_UP_NS = 30_000_000_000L;
  private static final int STEADY_ATTEMPTS = 2;
  private static final int SUBMISSIONS_PER_ROUND = 10;
  private static final int BAD_FD = -1;

  private final RingConfiguration configuration;
  private int completions;

  RingAllocationTest(RingConfiguration configuration) {
    this.configuration = configuration;
  }

  @Test
  void hundredThousandSubmissionsAllocateNothing() {
    try (RingFixture fixture = new RingFixture(configuration)) {
      CompletionHandler handler = this::count;
      warmUp(() -> submit(fixture, handler));
      completions = 0;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      submit(fixture, handler);
      long after = THREADS.getCurrentThreadAllocatedBytes();
      assertEquals(0, after - before, "bytes allocated");
      assertEquals(100_000, completions);
    }
  }

  @Test
  void callsForEventLoopsAllocateNothing() {
    int eventFd = Descriptors.eventfd();
    int socket =
        Sockets.listenTcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0, 0, 1);
    try (Arena arena = Arena.ofConfined()) {
      CallState state = new CallState(arena);
      warmUp(() -> call(state, eventFd, socket));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      call(state, eventFd, socket);
      long after = THREADS.getCurrentThreadAllocatedBytes();
      assertEquals(0, after - before, "bytes allocated");
    } finally {
      Descriptors.close(eventFd);
      Descriptors.close(socket);
    }
  }

  /**
   * Runs until the optimizing compiler is done: before, the linker allocates 40 bytes for each call
   * that captures errno. How often that is depends on how soon the compiler gets a CPU.
   */
  private static void warmUp(Runnable work) {
    int steady = 0;
    long startNs = System.nanoTime();
    while (steady < STEADY_ATTEMPTS && System.nanoTime() - startNs < WARM_UP_NS) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      work.run();
      steady = THREADS.getCurrentThreadAllocatedBytes() == before ? steady + 1 : 0;
    }
  }

  /** Every kind of submission, against a bad descriptor so that each completes at once. */
  private void submit(RingFixture fixture, CompletionHandler handler) {
    IoUring ring = fixture.ring;
    long address = fixture.bufferAddress();
    fixture.buffer().set(JAVA_LONG, 0, 0L);
    for (int round = 0; round < ROUNDS; round++) {
      ring.accept(BAD_FD, 1);
      ring.connect(BAD_FD, address, 16, 2);
      ring.recv(BAD_FD, address, 8, 0, 3);
      ring.send(BAD_FD, address, 8, Libc.MSG_MORE(), 4);
      ring.close(BAD_FD, 5);
      ring.read(BAD_FD, address, 8, 0, 6);
      ring.read(BAD_FD, address, 8, 0, 1, 7);
      ring.write(BAD_FD, address, 8, 8);
      ring.pollAdd(BAD_FD, Libc.POLLIN(), 9);
      ring.cancel(99, 10);
      int remaining = SUBMISSIONS_PER_ROUND;
      while (remaining > 0) {
        ring.submitAndWait(1);
        remaining -= ring.drain(handler, remaining);
      }
    }
  }

  private static void call(CallState state, int eventFd, int socket) {
    for (int round = 0; round < ROUNDS; round++) {
      assertZero(Descriptors.signal(state, eventFd));
      assertZero(Sockets.setSendBuffer(state, socket, 64 * 1024));
      // A listening socket has no send queue: EINVAL, through the same code.
      Sockets.outstandingBytes(state, socket);
    }
  }

  private static void assertZero(int result) {
    if (result != 0) {
      throw new AssertionError("failed with " + result);
    }
  }

  private void count(long userData, int result, int flags) {
    completions++;
  }
}
