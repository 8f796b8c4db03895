package io.sluice.server.transfer;

/**
 * Transfers that read the same blob near each other, and the window of blocks that they share: each
 * block is read from disk once and sent by all. State only; {@link Convoys} acts on it.
 *
 * <p>The window is a run of <em>slots</em>, contiguous in the file and numbered by a sequence that
 * only grows. Each member stands at one slot, at the latest at the one after the last.
 */
final class Convoy {
  private static final int DEPTH_START = 4;

  final int index;
  private final int[] blocks;
  private final int mask;

  /** Place in the list of active convoys; -1 when not in use. */
  int place = -1;

  OpenBlob blob;
  Transfer firstMember;
  int members;

  /** Sequence of the first slot. */
  long headSequence;

  /** Slots in the window. */
  int count;

  /** Where the next slot begins. */
  long nextPosition;

  /** The furthest byte that a member wants, exclusive. */
  long end;

  /** Of one slow client: nobody joins it, and it is read for in small pieces. */
  boolean lone;

  /** How many slots, from its leader's on, are to be there or under way. */
  int depth;

  /** How often in a row the leader has found its next block filled. */
  int readyInARow;

  long foundedNs;

  /** How long this convoy has kept blocks for others to catch up, and since when it does now. */
  long heldNs;

  long heldSinceNs;
  boolean held;

  /** How long a few of its members have waited for most others, lately. */
  long outrunNs;

  /** Members that have sent all there is are to look again for what comes next. */
  boolean called;

  /**
   * Creates a convoy that is not in use.
   *
   * @param slots most slots in the window, a power of two
   */
  Convoy(int index, int slots) {
    this.index = index;
    this.blocks = new int[slots];
    this.mask = slots - 1;
  }

  boolean isUnderWay() {
    return place >= 0;
  }

  /** Begins with an empty window at {@code position}; {@link ConvoyList} sets the place. */
  void begin(OpenBlob ofBlob, long position, boolean isLone, long nowNs) {
    blob = ofBlob;
    headSequence = 0;
    count = 0;
    nextPosition = position;
    end = 0;
    lone = isLone;
    depth = isLone ? 1 : DEPTH_START;
    readyInARow = 0;
    foundedNs = nowNs;
    heldNs = 0;
    held = false;
    outrunNs = 0;
    called = false;
  }

  void end() {
    place = -1;
    blob = null;
  }

  /** How long it has kept blocks for others until {@code nowNs}. */
  long heldForNs(long nowNs) {
    return heldNs + (held ? nowNs - heldSinceNs : 0);
  }

  /** The block of a slot. */
  int block(long sequence) {
    return blocks[(int) sequence & mask];
  }

  /** Sequence after the last slot's. */
  long endSequence() {
    return headSequence + count;
  }

  boolean has(long sequence) {
    return sequence < endSequence() && sequence >= headSequence;
  }

  /** Whether another slot fits into the window. */
  boolean hasSpace() {
    return count < blocks.length;
  }

  /** Adds a slot that ends at {@code endPosition}. */
  void push(int block, long endPosition) {
    blocks[(int) endSequence() & mask] = block;
    count++;
    nextPosition = endPosition;
  }

  /** Takes the first slot out and returns its block. */
  int popHead() {
    int block = block(headSequence);
    headSequence++;
    count--;
    return block;
  }

  /** Takes the last slot out, which begins at {@code position}, and returns its block. */
  int popLast(long position) {
    count--;
    nextPosition = position;
    return blocks[(int) endSequence() & mask];
  }

  void add(Transfer transfer) {
    transfer.convoy = this;
    transfer.previousMember = null;
    transfer.nextMember = firstMember;
    if (firstMember != null) {
      firstMember.previousMember = transfer;
    }
    firstMember = transfer;
    members++;
    end = Math.max(end, transfer.end);
  }

  void remove(Transfer transfer) {
    if (transfer.previousMember == null) {
      firstMember = transfer.nextMember;
    } else {
      transfer.previousMember.nextMember = transfer.nextMember;
    }
    if (transfer.nextMember != null) {
      transfer.nextMember.previousMember = transfer.previousMember;
    }
    transfer.convoy = null;
    transfer.nextMember = null;
    transfer.previousMember = null;
    members--;
    if (transfer.end == end) {
      end = 0;
      for (Transfer member = firstMember; member != null; member = member.nextMember) {
        end = Math.max(end, member.end);
      }
    }
  }

  /** The slot of the member that is furthest; there must be one. */
  long leaderSequence() {
    long leader = firstMember.sequence;
    for (Transfer member = firstMember; member != null; member = member.nextMember) {
      leader = Math.max(leader, member.sequence);
    }
    return leader;
  }

  /** The slot of the member that is last; the end of the window without members. */
  long tailSequence() {
    long tail = endSequence();
    for (Transfer member = firstMember; member != null; member = member.nextMember) {
      tail = Math.min(tail, member.sequence);
    }
    return tail;
  }

  /** Members that have sent all there is. */
  int starved() {
    int starved = 0;
    for (Transfer member = firstMember; member != null; member = member.nextMember) {
      starved += member.sequence == endSequence() ? 1 : 0;
    }
    return starved;
  }
}
