package io.sluice.server.transfer;

import java.util.Arrays;

/**
 * A queue of numbers, first in, first out, each in it at most once: who waits for something scarce.
 * All memory is taken at creation. Belongs to one thread.
 */
public final class WaitQueue {
  private static final int NONE = -1;
  private static final int ABSENT = -2;

  /** The number after this one; {@link #NONE} at the end, {@link #ABSENT} outside the queue. */
  private final int[] next;

  private int first = NONE;
  private int last = NONE;

  /** Creates an empty queue for the numbers 0 to {@code capacity}, exclusive. */
  public WaitQueue(int capacity) {
    next = new int[capacity];
    Arrays.fill(next, ABSENT);
  }

  /** Whether nobody waits. */
  public boolean isEmpty() {
    return first == NONE;
  }

  /** Whether {@code number} waits. */
  public boolean contains(int number) {
    return next[number] != ABSENT;
  }

  /** Puts {@code number} at the end, where it is not in the queue yet. */
  public void add(int number) {
    if (contains(number)) {
      throw new IllegalStateException(number + " waits already");
    }
    next[number] = NONE;
    if (last == NONE) {
      first = number;
    } else {
      next[last] = number;
    }
    last = number;
  }

  /** Takes the number that has waited longest; the queue must not be empty. */
  public int poll() {
    int number = first;
    remove(number);
    return number;
  }

  /** Takes {@code number} out, wherever it is; does nothing when it does not wait. */
  public void remove(int number) {
    if (!contains(number)) {
      return;
    }
    int previous = NONE;
    for (int at = first; at != number; at = next[at]) {
      previous = at;
    }
    if (previous == NONE) {
      first = next[number];
    } else {
      next[previous] = next[number];
    }
    if (last == number) {
      last = previous;
    }
    next[number] = ABSENT;
  }
}
