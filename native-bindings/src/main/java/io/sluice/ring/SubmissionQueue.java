package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.io_sqring_offsets;
import io.sluice.linux.generated.io_uring_sqe;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The queue that we fill and the kernel empties, in memory shared with the kernel ({@code
 * io_uring(7)}). Positions are counters that wrap; they are subtracted or compared for equality,
 * never for order. Belongs to the ring's thread and does not allocate.
 */
final class SubmissionQueue {
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final MemorySegment ring;
  private final MemorySegment[] entries;
  private final long headOffset;
  private final long tailOffset;
  private final long flagsOffset;
  private final int mask;
  private int tail;

  /**
   * @param ring the mapped queue
   * @param sqes the mapped entries
   * @param offsets where things are, as {@code io_uring_setup(2)} reported it
   * @param indexed whether the kernel reads entries through an array of indices
   */
  SubmissionQueue(MemorySegment ring, MemorySegment sqes, MemorySegment offsets, boolean indexed) {
    this.ring = ring;
    headOffset = io_sqring_offsets.head(offsets);
    tailOffset = io_sqring_offsets.tail(offsets);
    flagsOffset = io_sqring_offsets.flags(offsets);
    int count = ring.get(JAVA_INT, io_sqring_offsets.ring_entries(offsets));
    mask = count - 1;
    tail = ring.get(JAVA_INT, tailOffset);
    entries = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      entries[i] = sqes.asSlice(i * io_uring_sqe.sizeof(), io_uring_sqe.sizeof());
    }
    if (indexed) {
      long array = io_sqring_offsets.array(offsets);
      for (int i = 0; i < count; i++) {
        ring.set(JAVA_INT, array + (long) i * Integer.BYTES, i);
      }
    }
  }

  /** Whether the kernel has to take entries before another one fits. */
  boolean isFull() {
    return unsubmitted() == entries.length;
  }

  /** How many entries the kernel has not taken yet. */
  int unsubmitted() {
    return tail - (int) INT.getAcquire(ring, headOffset);
  }

  /**
   * Takes the next entry and fills in what all operations have; the rest is zero. The kernel sees
   * it after {@link #publish}. The queue must not be full.
   *
   * @return the {@code struct io_uring_sqe}
   */
  MemorySegment next(int opcode, int fd, long offset, long address, int length, long userData) {
    MemorySegment entry = entries[tail & mask];
    tail++;
    for (long at = 0; at < io_uring_sqe.sizeof(); at += Long.BYTES) {
      entry.set(JAVA_LONG, at, 0L);
    }
    io_uring_sqe.opcode(entry, (byte) opcode);
    io_uring_sqe.fd(entry, fd);
    io_uring_sqe.off(entry, offset);
    io_uring_sqe.addr(entry, address);
    io_uring_sqe.len(entry, length);
    io_uring_sqe.user_data(entry, userData);
    return entry;
  }

  /**
   * Shows all entries to the kernel.
   *
   * @return how many it has not taken yet
   */
  int publish() {
    INT.setRelease(ring, tailOffset, tail);
    return unsubmitted();
  }

  /** Whether the kernel holds completions that did not fit into the completion queue. */
  boolean hasOverflow() {
    return ((int) INT.getAcquire(ring, flagsOffset) & Libc.IORING_SQ_CQ_OVERFLOW()) != 0;
  }
}
