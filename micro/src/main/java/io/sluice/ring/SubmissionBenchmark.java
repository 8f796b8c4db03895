package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.io_sqring_offsets;
import io.sluice.linux.generated.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Writing submissions, as {@link IoUring#send} does it, into a queue in ordinary memory whose other
 * side is played here: a write without the system call that takes it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SubmissionBenchmark {
  private static final int ENTRIES = 64;
  private static final int RING_BYTES = 1024;
  private static final int HEAD = 0;
  private static final int TAIL = 4;
  private static final int COUNT = 8;
  private static final int FLAGS = 12;
  private static final int BODY = 16;
  private static final int LENGTH = 512 * 1024;

  private final Arena arena = Arena.global();
  private final MemorySegment ring = arena.allocate(RING_BYTES, Long.BYTES);
  private final SubmissionQueue queue = queue();

  /** An empty queue. */
  public SubmissionBenchmark() {}

  private SubmissionQueue queue() {
    MemorySegment offsets = io_sqring_offsets.allocate(arena);
    io_sqring_offsets.head(offsets, HEAD);
    io_sqring_offsets.tail(offsets, TAIL);
    io_sqring_offsets.ring_entries(offsets, COUNT);
    io_sqring_offsets.flags(offsets, FLAGS);
    io_sqring_offsets.array(offsets, BODY);
    ring.set(JAVA_INT, COUNT, ENTRIES);
    MemorySegment entries = arena.allocate(ENTRIES * io_uring_sqe.sizeof(), Long.BYTES);
    return new SubmissionQueue(ring, entries, offsets, true);
  }

  /**
   * Fills the queue and shows it, which is then taken.
   *
   * @return how many entries there were
   */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public int writeSend() {
    for (int i = 0; i < ENTRIES && !queue.isFull(); i++) {
      MemorySegment entry = queue.next(Libc.IORING_OP_SEND(), i, 0, BODY, LENGTH, i);
      io_uring_sqe.msg_flags(entry, Libc.MSG_NOSIGNAL());
    }
    int shown = queue.publish();
    ring.set(JAVA_INT, HEAD, ring.get(JAVA_INT, TAIL));
    return shown;
  }
}
