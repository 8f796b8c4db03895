package io.sluice.routing.kademlia;

import java.util.Arrays;

/**
 * Numbers for positions: an open-addressed table that keeps 128 bits of each. Numbers of removed
 * positions are used again. Where a position is put depends on a secret, since whoever makes keys
 * can choose their positions.
 */
final class PositionIndex {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final long secret;
  private final long otherSecret;

  private long[] first = new long[FIRST_CAPACITY];
  private long[] second = new long[FIRST_CAPACITY];

  /** Next of the free list; unused for numbers that are taken. */
  private int[] free = new int[FIRST_CAPACITY];

  /**
   * Number of the position in each cell, plus one; 0 is an empty cell. Twice as many as numbers.
   */
  private int[] cells = new int[2 * FIRST_CAPACITY];

  private int used;
  private int freeFirst = NONE;
  private int size;

  PositionIndex(long secret, long otherSecret) {
    this.secret = secret;
    this.otherSecret = otherSecret;
  }

  int size() {
    return size;
  }

  /** All numbers are below this. */
  int capacity() {
    return first.length;
  }

  /** The position's number; -1 when it has none. */
  int find(Position position) {
    return find(position.prefix(), position.rest());
  }

  /** Gives a position that has none a number. */
  int add(Position position) {
    int number = freeFirst;
    if (number != NONE) {
      freeFirst = free[number];
    } else {
      number = used++;
      if (number == first.length) {
        grow();
      }
    }
    first[number] = position.prefix();
    second[number] = position.rest();
    put(number);
    size++;
    return number;
  }

  /** Takes a number away from its position. */
  void remove(int number) {
    int mask = cells.length - 1;
    int cell = home(first[number], second[number]);
    while (cells[cell] != number + 1) {
      cell = cell + 1 & mask;
    }
    cells[cell] = 0;
    closeGap(cell, mask);
    free[number] = freeFirst;
    freeFirst = number;
    size--;
  }

  private int find(long high, long low) {
    int mask = cells.length - 1;
    int cell = home(high, low);
    while (cells[cell] != 0) {
      int number = cells[cell] - 1;
      if (first[number] == high && second[number] == low) {
        return number;
      }
      cell = cell + 1 & mask;
    }
    return NONE;
  }

  /** Moves those back that were pushed beyond the gap. */
  private void closeGap(int emptied, int mask) {
    int gap = emptied;
    int cell = gap + 1 & mask;
    while (cells[cell] != 0) {
      int number = cells[cell] - 1;
      int home = home(first[number], second[number]);
      if ((cell - home & mask) >= (cell - gap & mask)) {
        cells[gap] = cells[cell];
        cells[cell] = 0;
        gap = cell;
      }
      cell = cell + 1 & mask;
    }
  }

  private void put(int number) {
    int mask = cells.length - 1;
    int cell = home(first[number], second[number]);
    while (cells[cell] != 0) {
      cell = cell + 1 & mask;
    }
    cells[cell] = number + 1;
  }

  private void grow() {
    int capacity = 2 * first.length;
    first = Arrays.copyOf(first, capacity);
    second = Arrays.copyOf(second, capacity);
    free = Arrays.copyOf(free, capacity);
    cells = new int[2 * capacity];
    // All numbers below the one being added are taken: the free list is empty when this grows.
    for (int number = 0; number < used - 1; number++) {
      put(number);
    }
  }

  private int home(long high, long low) {
    long mixed = (high ^ secret) * MIX ^ Long.rotateLeft((low ^ otherSecret) * MIX, 32);
    mixed ^= mixed >>> 32;
    mixed *= MIX;
    return (int) (mixed >>> 33) & cells.length - 1;
  }
}
