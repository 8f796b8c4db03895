package io.sluice.server.loop;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/**
 * Passes connections to the loop that is to serve them: accepted sockets from the loop that
 * accepts, and connections with a request from any loop.
 */
final class Handoff {
  /** A message: the socket, then what has been received of a request. */
  static final int REQUEST_OFFSET = Integer.BYTES;

  private static final int MESSAGE_TYPE = 1;

  private final MemorySegment memory;
  private final ManyToOneRingBuffer queue;
  private final Runnable wake;
  private final int capacity;

  /** Connections of the loop, those on their way to it included. */
  private final AtomicInteger taken = new AtomicInteger();

  /** Loops that may still give. */
  private final AtomicInteger givers;

  /**
   * Creates the way to one loop.
   *
   * @param memory for the queue
   * @param capacity connections the loop can hold
   * @param givers loops that may give, this one included
   * @param wake wakes the loop
   */
  Handoff(MemorySegment memory, int capacity, int givers, Runnable wake) {
    this.memory = memory;
    this.queue =
        new ManyToOneRingBuffer(
            new UnsafeBuffer(memory.address(), Math.toIntExact(memory.byteSize())));
    this.capacity = capacity;
    this.givers = new AtomicInteger(givers);
    this.wake = wake;
  }

  /** How many more connections the loop can take; any loop's to ask. */
  int room() {
    return capacity - taken.get();
  }

  /** Gives an accepted socket to the loop; false when there is no room. */
  boolean offer(int fd) {
    return offer(fd, null, 0, 0);
  }

  /**
   * Gives a connection to the loop, with {@code length} bytes that were received of its request;
   * false when there is no room, or the queue is full. Any loop's to call.
   */
  boolean offer(int fd, MemorySegment request, long offset, int length) {
    if (!reserve()) {
      return false;
    }
    int index = queue.tryClaim(MESSAGE_TYPE, REQUEST_OFFSET + length);
    if (index < 0) {
      taken.decrementAndGet();
      return false;
    }
    queue.buffer().putInt(index, fd);
    if (length > 0) {
      MemorySegment.copy(request, offset, memory, (long) index + REQUEST_OFFSET, length);
    }
    queue.commit(index);
    wake.run();
    return true;
  }

  private boolean reserve() {
    for (int now = taken.get(); now < capacity; now = taken.get()) {
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Says that a loop gives no more; each loop's to call once. */
  void finish() {
    givers.decrementAndGet();
    wake.run();
  }

  /** Whether all was taken and nothing follows; until then the serving loop must not end. */
  boolean drained() {
    return givers.get() == 0 && queue.size() == 0;
  }

  /** The memory that messages lie in, at the index that {@link #take} says. */
  MemorySegment memory() {
    return memory;
  }

  /** Takes what was given; the serving loop's to call. What it aborts on comes again. */
  int take(ControlledMessageHandler handler, int limit) {
    return queue.controlledRead(handler, limit);
  }

  /** A connection of the loop has ended, or is another loop's now; the serving loop's to call. */
  void onGone() {
    taken.decrementAndGet();
  }
}
