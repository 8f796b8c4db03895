package io.sluice.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.linux.generated.__kernel_timespec;
import io.sluice.memory.FixedMemory;
import io.sluice.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** A ring with memory to work on, and the completions that it gave so far. */
final class RingFixture implements AutoCloseable {
  static final int BUFFER_BYTES = 1 << 20;
  static final int SUBMISSION_ENTRIES = 8;
  static final int COMPLETION_ENTRIES = 64;

  private static final long GUARD = UserData.pack(UserData.MAX_OPERATION, 0, 0);
  private static final long GUARD_SECONDS = 30;

  final IoUring ring;
  private final FixedMemory memory;
  private final Region buffer;
  private final Region path;
  private final Region statx;
  private final Region timespec;
  private final Map<Long, Integer> results = new HashMap<>();
  private long lastUserData;

  RingFixture(RingConfiguration configuration) {
    this(configuration, SUBMISSION_ENTRIES, COMPLETION_ENTRIES);
  }

  RingFixture(RingConfiguration configuration, int submissionEntries, int completionEntries) {
    FixedMemory.Plan plan = FixedMemory.plan();
    buffer = plan.reserve("buffer", BUFFER_BYTES, 4096);
    path = plan.reserve("path", 4096, 1);
    statx = plan.reserve("statx", io.sluice.linux.generated.statx.sizeof(), 8);
    timespec = plan.reserve("timespec", __kernel_timespec.sizeof(), 8);
    Region guard = plan.reserve("guard", __kernel_timespec.sizeof(), 8);
    memory = plan.map();
    ring = IoUring.open(configuration.features(), submissionEntries, completionEntries);
    // A test that would wait for ever fails instead.
    __kernel_timespec.tv_sec(guard.segment(), GUARD_SECONDS);
    ring.timeout(guard.address(), GUARD);
    ring.submitAndWait(0);
  }

  /** A value that no other submission of this fixture has. */
  long nextUserData() {
    return ++lastUserData;
  }

  MemorySegment buffer() {
    return buffer.segment();
  }

  long bufferAddress() {
    return buffer.address();
  }

  long pathAddress(String value) {
    path.segment().setString(0, value);
    return path.address();
  }

  MemorySegment statx() {
    return statx.segment();
  }

  long timespecAddress(long milliseconds) {
    __kernel_timespec.tv_sec(timespec.segment(), milliseconds / 1000);
    __kernel_timespec.tv_nsec(timespec.segment(), milliseconds % 1000 * 1_000_000);
    return timespec.address();
  }

  /** Submits, waits for the operation's completion and returns its result. */
  int await(long userData) {
    while (!results.containsKey(userData)) {
      ring.submitAndWait(1);
      drain();
    }
    return results.remove(userData);
  }

  /** Fails when the operation has completed by the time that a short timeout has. */
  void assertPending(long userData) {
    assertEquals(-io.sluice.linux.Errno.ETIME, sleep(50), "timeout");
    assertNull(results.get(userData), "completed although nothing happened");
  }

  /** Whether the operation has completed by now, or does so within {@code milliseconds}. */
  boolean completesWithin(long milliseconds, long userData) {
    ring.submitAndWait(0);
    drain();
    if (!results.containsKey(userData)) {
      sleep(milliseconds);
    }
    return results.containsKey(userData);
  }

  private int sleep(long milliseconds) {
    long timeout = nextUserData();
    ring.timeout(timespecAddress(milliseconds), timeout);
    return await(timeout);
  }

  /** Takes what is available; returns how many there were. */
  int drain() {
    return ring.drain(this::complete, Integer.MAX_VALUE);
  }

  private void complete(long userData, int result, int flags) {
    assertNotEquals(GUARD, userData, "no completion for " + GUARD_SECONDS + " seconds");
    assertNull(results.put(userData, result), "second completion of one submission");
  }

  int completed() {
    return results.size();
  }

  @Override
  public void close() {
    ring.close();
    memory.close();
  }
}
