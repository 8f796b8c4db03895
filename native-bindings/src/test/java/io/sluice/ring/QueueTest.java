package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.generated.io_cqring_offsets;
import io.sluice.linux.generated.io_sqring_offsets;
import io.sluice.linux.generated.io_uring_cqe;
import io.sluice.linux.generated.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queues on memory in which the test plays the kernel. */
class QueueTest {
  private static final int ENTRIES = 4;
  private static final int HEAD = 0;
  private static final int TAIL = 4;
  private static final int COUNT = 8;
  private static final int FLAGS = 12;
  private static final int BODY = 16;

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment ring = arena.allocate(256, 8);
  private final MemorySegment sqes = arena.allocate(ENTRIES * io_uring_sqe.sizeof(), 8);
  private final List<Long> drained = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {0, -2, Integer.MAX_VALUE - 1})
  void submissionsWrapWithTheirCounter(int start) {
    SubmissionQueue queue = submissionQueue(start);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < ENTRIES; i++) {
        assertFalse(queue.isFull());
        queue.next(1, 2, 3, 4, 5, i);
      }
      assertTrue(queue.isFull());
      assertEquals(ENTRIES, queue.publish());
      assertEquals(start + (round + 1) * ENTRIES, ring.get(JAVA_INT, TAIL));
      ring.set(JAVA_INT, HEAD, start + (round + 1) * ENTRIES);
      assertEquals(0, queue.unsubmitted());
    }
  }

  @Test
  void submissionsAreUnseenUntilPublished() {
    SubmissionQueue queue = submissionQueue(0);
    queue.next(1, 2, 3, 4, 5, 6);
    assertEquals(0, ring.get(JAVA_INT, TAIL));
    queue.publish();
    assertEquals(1, ring.get(JAVA_INT, TAIL));
  }

  @Test
  void reusedEntryKeepsNothingOfItsFormerUse() {
    SubmissionQueue queue = submissionQueue(0);
    queue.next(1, 2, 3, 4, 5, 6).fill((byte) 0xff);
    queue = submissionQueue(0);
    MemorySegment entry = queue.next(9, 2, 3, 4, 5, 6);
    assertEquals(9, io_uring_sqe.opcode(entry));
    assertEquals(0, io_uring_sqe.flags(entry));
    assertEquals(0, io_uring_sqe.rw_flags(entry));
    assertEquals(0, io_uring_sqe.buf_index(entry));
    assertEquals(0, entry.get(JAVA_LONG, 48));
    assertEquals(0, entry.get(JAVA_LONG, 56));
  }

  @Test
  void indexArrayIsTheIdentity() {
    submissionQueue(0);
    for (int i = 0; i < ENTRIES; i++) {
      assertEquals(i, ring.get(JAVA_INT, BODY + 4 * i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -2, Integer.MAX_VALUE - 1})
  void completionsWrapWithTheirCounter(int start) {
    CompletionQueue queue = completionQueue(start);
    for (int i = 0; i < 5 * ENTRIES; i += 2) {
      complete(i);
      complete(i + 1);
      assertEquals(2, queue.available());
      assertEquals(2, queue.drain(this::handle, 10));
      assertEquals(start + i + 2, ring.get(JAVA_INT, HEAD));
    }
    assertEquals(upTo(5 * ENTRIES), drained);
  }

  @Test
  void spilledCompletionsComeFirst() {
    CompletionQueue queue = completionQueue(-2);
    for (int i = 0; i < ENTRIES; i++) {
      complete(i);
    }
    assertTrue(queue.spill());
    complete(ENTRIES);
    assertEquals(ENTRIES + 1, queue.available());
    assertEquals(ENTRIES, queue.spilled());
    assertEquals(1, queue.drain(this::handle, 1));
    assertEquals(ENTRIES, queue.drain(this::handle, 10));
    assertEquals(upTo(ENTRIES + 1), drained);
    assertEquals(0, queue.available());
  }

  @Test
  void spillStopsWhenThereIsNoMoreRoom() {
    CompletionQueue queue = completionQueue(0);
    for (int i = 0; i < ENTRIES; i++) {
      complete(i);
    }
    assertTrue(queue.spill());
    for (int i = ENTRIES; i < 2 * ENTRIES; i++) {
      complete(i);
    }
    assertFalse(queue.spill());
    assertEquals(2 * ENTRIES, queue.available());
    assertEquals(2 * ENTRIES, queue.drain(this::handle, 100));
    assertEquals(upTo(2 * ENTRIES), drained);
  }

  @Test
  void handlerMaySpill() {
    CompletionQueue queue = completionQueue(0);
    for (int i = 0; i < ENTRIES; i++) {
      complete(i);
    }
    queue.drain(
        (userData, result, flags) -> {
          handle(userData, result, flags);
          if (userData == 1) {
            queue.spill();
            complete(ENTRIES);
          }
        },
        100);
    assertEquals(upTo(ENTRIES + 1), drained);
  }

  private static List<Long> upTo(long end) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < end; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private void handle(long userData, int result, int flags) {
    assertEquals(userData + 1, result);
    assertEquals(userData + 2, flags);
    drained.add(userData);
  }

  private void complete(int userData) {
    int tail = ring.get(JAVA_INT, TAIL);
    long slot = BODY + (tail & ENTRIES - 1) * io_uring_cqe.sizeof();
    MemorySegment entry = ring.asSlice(slot, io_uring_cqe.sizeof());
    io_uring_cqe.user_data(entry, userData);
    io_uring_cqe.res(entry, userData + 1);
    io_uring_cqe.flags(entry, userData + 2);
    ring.set(JAVA_INT, TAIL, tail + 1);
  }

  private SubmissionQueue submissionQueue(int start) {
    MemorySegment offsets = io_sqring_offsets.allocate(arena);
    io_sqring_offsets.head(offsets, HEAD);
    io_sqring_offsets.tail(offsets, TAIL);
    io_sqring_offsets.ring_entries(offsets, COUNT);
    io_sqring_offsets.flags(offsets, FLAGS);
    io_sqring_offsets.array(offsets, BODY);
    prepare(start);
    return new SubmissionQueue(ring, sqes, offsets, true);
  }

  private CompletionQueue completionQueue(int start) {
    MemorySegment offsets = io_cqring_offsets.allocate(arena);
    io_cqring_offsets.head(offsets, HEAD);
    io_cqring_offsets.tail(offsets, TAIL);
    io_cqring_offsets.ring_entries(offsets, COUNT);
    io_cqring_offsets.cqes(offsets, BODY);
    prepare(start);
    return new CompletionQueue(ring, offsets);
  }

  private void prepare(int start) {
    ring.set(JAVA_INT, HEAD, start);
    ring.set(JAVA_INT, TAIL, start);
    ring.set(JAVA_INT, COUNT, ENTRIES);
  }
}
