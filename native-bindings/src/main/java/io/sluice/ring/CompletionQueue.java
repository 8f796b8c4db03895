package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.linux.generated.io_cqring_offsets;
import io.sluice.linux.generated.io_uring_cqe;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The queue that the kernel fills and we empty, in memory shared with the kernel ({@code
 * io_uring(7)}). Positions are counters that wrap; they are subtracted or compared for equality,
 * never for order. Belongs to the ring's thread and does not allocate.
 */
final class CompletionQueue {
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final long USER_DATA = io_uring_cqe.user_data$offset();
  private static final long RESULT = io_uring_cqe.res$offset();
  private static final long FLAGS = io_uring_cqe.flags$offset();

  private final MemorySegment ring;
  private final long headOffset;
  private final long tailOffset;
  private final long entriesOffset;
  private final int mask;

  // Completions moved out of the kernel's way, oldest first; drained before the queue is.
  private final long[] spilledUserData;
  private final int[] spilledResult;
  private final int[] spilledFlags;
  private int spillHead;
  private int spillTail;

  /**
   * @param ring the mapped queue
   * @param offsets where things are, as {@code io_uring_setup(2)} reported it
   */
  CompletionQueue(MemorySegment ring, MemorySegment offsets) {
    this.ring = ring;
    headOffset = io_cqring_offsets.head(offsets);
    tailOffset = io_cqring_offsets.tail(offsets);
    entriesOffset = io_cqring_offsets.cqes(offsets);
    int count = ring.get(JAVA_INT, io_cqring_offsets.ring_entries(offsets));
    mask = count - 1;
    spilledUserData = new long[count];
    spilledResult = new int[count];
    spilledFlags = new int[count];
  }

  /** How many completions {@link #drain} would find. */
  int available() {
    return queued() + spilled();
  }

  /** How many completions the kernel can have queued at once. */
  int capacity() {
    return mask + 1;
  }

  /** Of those {@link #available}, how many the kernel does not know to be waiting. */
  int spilled() {
    return spillTail - spillHead;
  }

  private int queued() {
    return (int) INT.getAcquire(ring, tailOffset) - (int) INT.get(ring, headOffset);
  }

  /** See {@link Ring#drain}. */
  int drain(CompletionHandler handler, int limit) {
    int handled = 0;
    // What is spilled is older than the queue, and the handler may cause a spill.
    while (handled < limit && (drainSpilled(handler) || drainQueued(handler))) {
      handled++;
    }
    return handled;
  }

  private boolean drainSpilled(CompletionHandler handler) {
    if (spillHead == spillTail) {
      return false;
    }
    int at = spillHead++ & mask;
    handler.onCompletion(spilledUserData[at], spilledResult[at], spilledFlags[at]);
    return true;
  }

  private boolean drainQueued(CompletionHandler handler) {
    int head = (int) INT.get(ring, headOffset);
    if (head == (int) INT.getAcquire(ring, tailOffset)) {
      return false;
    }
    long entry = entry(head);
    long userData = ring.get(JAVA_LONG, entry + USER_DATA);
    int result = ring.get(JAVA_INT, entry + RESULT);
    int flags = ring.get(JAVA_INT, entry + FLAGS);
    // Before the handler runs: it may submit, and that may need the room.
    INT.setRelease(ring, headOffset, head + 1);
    handler.onCompletion(userData, result, flags);
    return true;
  }

  /**
   * Makes room for the kernel by moving queued completions aside, as far as there is space for as
   * many as the queue holds.
   *
   * @return whether there is room in the queue now
   */
  boolean spill() {
    int head = (int) INT.get(ring, headOffset);
    int tail = (int) INT.getAcquire(ring, tailOffset);
    while (head != tail && spilled() < spilledUserData.length) {
      long entry = entry(head);
      int at = spillTail++ & mask;
      spilledUserData[at] = ring.get(JAVA_LONG, entry + USER_DATA);
      spilledResult[at] = ring.get(JAVA_INT, entry + RESULT);
      spilledFlags[at] = ring.get(JAVA_INT, entry + FLAGS);
      head++;
    }
    INT.setRelease(ring, headOffset, head);
    return tail - head < capacity();
  }

  private long entry(int position) {
    return entriesOffset + (position & mask) * io_uring_cqe.sizeof();
  }
}
