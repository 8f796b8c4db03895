package io.sluice.server.transfer;

/** The convoys of one loop, all created at start, and which of them are under way. */
final class ConvoyList {
  private final BlockReads reads;
  private final Convoy[] convoys;
  private final Convoy[] active;
  private int activeCount;
  private int loneCount;
  private int heldCount;

  /** Convoys whose members are to look again. */
  private int calledCount;

  /**
   * Creates convoys that are not in use.
   *
   * @param slots most slots in a window
   */
  ConvoyList(BlockReads reads, int capacity, int slots) {
    this.reads = reads;
    convoys = new Convoy[capacity];
    active = new Convoy[capacity];
    int powerOfTwo = Integer.highestOneBit(Math.max(1, 2 * slots - 1));
    for (int i = 0; i < capacity; i++) {
      convoys[i] = new Convoy(i, powerOfTwo);
    }
  }

  Convoy get(int index) {
    return convoys[index];
  }

  /** Convoys under way. */
  int count() {
    return activeCount;
  }

  /**
   * How many of {@code blocks} a convoy of many may have: the equal part of what lone ones leave,
   * which have one each. Slow clients come and go with each piece that they take; if they counted
   * as others do, they would keep those from reading ahead.
   *
   * @param more convoys of many that there are not yet
   */
  int part(int blocks, int more) {
    return leftForMany(blocks) / many(more);
  }

  /**
   * How many of {@code blocks} a convoy may have: its equal part, at least 1. Rounded up, since
   * convoys can take turns with what does not come out even; down while one of them keeps blocks
   * for others to catch up, since it would have to give them away.
   */
  int quota(int blocks) {
    boolean up = heldCount == 0;
    return Math.max(1, up ? Math.ceilDiv(leftForMany(blocks), many(0)) : part(blocks, 0));
  }

  private int leftForMany(int blocks) {
    return Math.max(0, blocks - loneCount);
  }

  private int many(int more) {
    return Math.max(1, activeCount - loneCount + more);
  }

  /** Notes whether a convoy keeps blocks for others to catch up. */
  void setHeld(Convoy convoy, boolean held) {
    heldCount += (held ? 1 : 0) - (convoy.held ? 1 : 0);
    convoy.held = held;
  }

  /** The convoy under way at a place from 0 to {@link #count}; the last moves where one ends. */
  Convoy at(int place) {
    return active[place];
  }

  /** A convoy without slots and members; there must be one that is not in use. */
  Convoy found(OpenBlob blob, long position, boolean lone, long nowNs) {
    int free = 0;
    while (convoys[free].isUnderWay()) {
      free++;
    }
    Convoy convoy = convoys[free];
    convoy.place = activeCount;
    active[activeCount++] = convoy;
    convoy.begin(blob, position, lone, nowNs);
    loneCount += lone ? 1 : 0;
    return convoy;
  }

  /** Takes a convoy without slots and members out of use. */
  void end(Convoy convoy) {
    calledCount -= convoy.called ? 1 : 0;
    loneCount -= convoy.lone ? 1 : 0;
    setHeld(convoy, false);
    Convoy last = active[--activeCount];
    active[convoy.place] = last;
    last.place = convoy.place;
    convoy.end();
  }

  /** Has those members look again for what comes next that have sent all there is. */
  void call(Convoy convoy) {
    if (!convoy.called && convoy.starved() > 0) {
      convoy.called = true;
      calledCount++;
    }
  }

  /** Takes a convoy that was called; null when there is none. */
  Convoy nextCalled() {
    for (int place = calledCount > 0 ? activeCount - 1 : -1; place >= 0; place--) {
      Convoy convoy = active[place];
      if (convoy.called) {
        convoy.called = false;
        calledCount--;
        return convoy;
      }
    }
    return null;
  }

  /**
   * A convoy of many, other than {@code not}, that reads {@code blob} and has the block at {@code
   * position} or reads it next; null when there is none. Those that have it come first.
   */
  Convoy find(OpenBlob blob, long position, Convoy not) {
    Convoy next = null;
    for (int place = 0; place < activeCount; place++) {
      Convoy convoy = active[place];
      if (convoy != not && convoy.blob == blob && !convoy.lone) {
        long slot = slotAt(convoy, position);
        if (slot >= 0 && convoy.has(slot)) {
          return convoy;
        }
        next = slot >= 0 ? convoy : next;
      }
    }
    return next;
  }

  /** The slot that holds a position, or the one after the last that will; -1 for none. */
  long slotAt(Convoy convoy, long position) {
    if (position >= convoy.nextPosition) {
      return position == convoy.nextPosition ? convoy.endSequence() : -1;
    }
    for (long slot = convoy.headSequence; slot < convoy.endSequence(); slot++) {
      int block = convoy.block(slot);
      if (position >= reads.begin(block) && position < reads.end(block)) {
        return slot;
      }
    }
    return -1;
  }
}
