package io.sluice.server.loop;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/** Passes accepted sockets from the loop that accepts to the loop that serves them. */
final class Handoff {
  private static final int MESSAGE_TYPE = 1;

  private final OneToOneRingBuffer queue;
  private final Runnable wake;
  private final int capacity;
  private final AtomicLong closed = new AtomicLong();
  private volatile boolean finished;
  private long assigned;

  /**
   * Creates the way to one loop.
   *
   * @param memory for the queue
   * @param capacity connections the loop can hold
   * @param wake wakes the loop
   */
  Handoff(MemorySegment memory, int capacity, Runnable wake) {
    this.queue =
        new OneToOneRingBuffer(
            new UnsafeBuffer(memory.address(), Math.toIntExact(memory.byteSize())));
    this.capacity = capacity;
    this.wake = wake;
  }

  /** How many more connections the loop can take; the accepting loop's to ask. */
  int room() {
    return (int) (capacity - (assigned - closed.get()));
  }

  /** Gives a socket to the loop; false when the queue is full. The accepting loop's to call. */
  boolean offer(int fd) {
    int index = queue.tryClaim(MESSAGE_TYPE, Integer.BYTES);
    if (index < 0) {
      return false;
    }
    queue.buffer().putInt(index, fd);
    queue.commit(index);
    assigned++;
    wake.run();
    return true;
  }

  /** Says that no socket follows; the accepting loop's to call, last. */
  void finish() {
    finished = true;
    wake.run();
  }

  /** Whether all was taken and nothing follows; until then the serving loop must not end. */
  boolean drained() {
    return finished && queue.size() == 0;
  }

  /** Takes what was given; the serving loop's to call. */
  int take(MessageHandler handler, int limit) {
    return queue.read(handler, limit);
  }

  /** A connection of the loop has ended; the serving loop's to call. */
  void onClosed() {
    closed.lazySet(closed.getPlain() + 1);
  }
}
