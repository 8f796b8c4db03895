package io.sluice.routing.kademlia;

import java.util.Arrays;

/**
 * Numbers for positions: an open-addressed table that keeps 64 bits of each, which nobody can make
 * to meet those of a given key. Numbers of removed positions are used again. Where a position is
 * put depends on a secret, since whoever makes keys can choose their positions.
 */
final class PositionIndex {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;
  private static final int FIRST_CELLS = 128;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final long secret;

  /** The first bits of each position; for numbers that are free, the next of them. */
  private long[] prefixes = new long[FIRST_CAPACITY];

  /** Number of the position in each cell, plus one; 0 is an empty cell. At most two thirds full. */
  private int[] cells = new int[FIRST_CELLS];

  private int used;
  private int freeFirst = NONE;
  private int size;

  PositionIndex(long secret) {
    this.secret = secret;
  }

  int size() {
    return size;
  }

  /** All numbers are below this. */
  int capacity() {
    return prefixes.length;
  }

  /** The first bits of the position that has this number. */
  long prefix(int number) {
    return prefixes[number];
  }

  /** The position's number; -1 when it has none. */
  int find(Position position) {
    long prefix = position.prefix();
    int mask = cells.length - 1;
    int cell = home(prefix);
    while (cells[cell] != 0) {
      if (prefixes[cells[cell] - 1] == prefix) {
        return cells[cell] - 1;
      }
      cell = cell + 1 & mask;
    }
    return NONE;
  }

  /** Gives a position that has none a number. */
  int add(Position position) {
    int number = freeFirst;
    if (number != NONE) {
      freeFirst = (int) prefixes[number];
    } else {
      number = used++;
      if (number == prefixes.length) {
        prefixes = Arrays.copyOf(prefixes, number + number / 4);
      }
    }
    prefixes[number] = position.prefix();
    size++;
    if (3 * size > 2 * cells.length) {
      growCells();
    }
    put(number);
    return number;
  }

  /** Takes a number away from its position. */
  void remove(int number) {
    int mask = cells.length - 1;
    int cell = home(prefixes[number]);
    while (cells[cell] != number + 1) {
      cell = cell + 1 & mask;
    }
    cells[cell] = 0;
    closeGap(cell, mask);
    prefixes[number] = freeFirst;
    freeFirst = number;
    size--;
  }

  /** Moves those back that were pushed beyond the gap. */
  private void closeGap(int emptied, int mask) {
    int gap = emptied;
    int cell = gap + 1 & mask;
    while (cells[cell] != 0) {
      int home = home(prefixes[cells[cell] - 1]);
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
    int cell = home(prefixes[number]);
    while (cells[cell] != 0) {
      cell = cell + 1 & mask;
    }
    cells[cell] = number + 1;
  }

  private void growCells() {
    int[] old = cells;
    cells = new int[2 * old.length];
    for (int entry : old) {
      if (entry != 0) {
        put(entry - 1);
      }
    }
  }

  private int home(long prefix) {
    long mixed = (prefix ^ secret) * MIX;
    mixed ^= mixed >>> 32;
    mixed *= MIX;
    return (int) (mixed >>> 33) & cells.length - 1;
  }
}
