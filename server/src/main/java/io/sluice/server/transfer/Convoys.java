package io.sluice.server.transfer;

import io.sluice.server.metrics.AbortReason;

/**
 * Reads ahead for the transfers of one loop, so that those that read the same blob near each other
 * share what is read.
 *
 * <p>A convoy may have its equal part of the blocks. Blocks that all members have passed are kept
 * as long as they fit into that part, for others who come a little late; who comes later still
 * founds a convoy of its own and may catch up ({@link CatchUp}). Members that keep most others
 * waiting leave, with the blocks that they need ({@link Laggards}).
 */
final class Convoys {
  /** Fewest slots that are read ahead, the one that is being sent included. */
  static final int DEPTH_MIN = 4;

  /** Most slots that are read ahead. */
  static final int DEPTH_MAX = 8;

  /** A leader that has found its next block filled so often in a row needs fewer ahead. */
  private static final int READY_IN_A_ROW = 32;

  private static final int NONE = BlockSupply.NONE;

  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final BlockSupply supply;
  private final Residency residency;
  private final BlockListener listener;
  private final ConvoyList convoys;
  private final CatchUp catchUp;
  private final ReadSize readSize;
  private boolean settling;
  private int calledCount;
  private long tickedNs;
  private long nowNs;

  /** Hears of blocks; {@link Transfers}. */
  interface BlockListener {
    /** There is news of the block that the transfer waits for: it is there, or elsewhere. */
    void onBlockReady(Transfer transfer);

    /** The block that the transfer needs next cannot be read. */
    void onReadFailed(Transfer transfer, int abortReason);
  }

  Convoys(
      TransferBlocks blocks,
      BlockReads reads,
      BlockSupply supply,
      Residency residency,
      BlockListener listener,
      int capacity) {
    this.blocks = blocks;
    this.reads = reads;
    this.supply = supply;
    this.residency = residency;
    this.listener = listener;
    this.convoys = new ConvoyList(reads, capacity, blocks.count());
    this.catchUp = new CatchUp(convoys, reads);
    this.readSize = new ReadSize(blocks.blockBytes());
  }

  /** The time for what follows; every entry sets it. */
  void now(long now) {
    nowNs = now;
  }

  /** Convoys under way. */
  int count() {
    return convoys.count();
  }

  /**
   * Puts a transfer into the convoy that is where it is, or into one of its own, and has the block
   * read that it stands at, resident or not.
   */
  void board(Transfer transfer) {
    Convoy convoy = transfer.slow ? null : convoys.find(transfer.blob, transfer.sendPosition, null);
    if (convoy == null) {
      convoy = found(transfer.blob, transfer.sendPosition, transfer.slow);
    }
    transfer.sequence = convoys.slotAt(convoy, transfer.sendPosition);
    transfer.advancedNs = nowNs;
    transfer.blameNs = 0;
    convoy.add(transfer);
    readAhead(convoy, true);
    settle();
  }

  /** Moves a transfer to another convoy that has the block it needs next, if there is one. */
  boolean hop(Transfer transfer) {
    Convoy from = transfer.convoy;
    Convoy to = from.lone ? null : convoys.find(transfer.blob, transfer.sendPosition, from);
    long sequence = to == null ? NONE : convoys.slotAt(to, transfer.sendPosition);
    if (to == null || !to.has(sequence)) {
      return false;
    }
    from.remove(transfer);
    transfer.sequence = sequence;
    to.add(transfer);
    if (from.members == 0) {
      dissolve(from);
    }
    readAhead(to, false);
    settle();
    return true;
  }

  /** Takes a transfer out of its convoy, if it is in one. */
  void leave(Transfer transfer) {
    Convoy convoy = transfer.convoy;
    if (convoy == null) {
      return;
    }
    convoy.remove(transfer);
    if (convoy.members == 0) {
      dissolve(convoy);
    } else {
      trim(convoy);
      readAhead(convoy, false);
    }
    settle();
  }

  /** The filled block that the transfer stands at; {@link BlockSupply#NONE} when there is none. */
  int readyBlock(Transfer transfer) {
    if (!hasBlock(transfer)) {
      return NONE;
    }
    int block = transfer.convoy.block(transfer.sequence);
    return reads.isFilled(block) ? block : NONE;
  }

  /** Whether the block that the transfer stands at has been read or is being read. */
  boolean hasBlock(Transfer transfer) {
    return transfer.convoy.has(transfer.sequence);
  }

  /** The transfer has sent the block that it stood at. */
  void advance(Transfer transfer) {
    Convoy convoy = transfer.convoy;
    boolean leads = transfer.sequence == convoy.leaderSequence();
    transfer.sequence++;
    transfer.advancedNs = nowNs;
    if (transfer.laggard) {
      Laggards.reconsider(transfer, nowNs);
    }
    if (leads) {
      adaptDepth(convoy, transfer);
    }
    trim(convoy);
    readAhead(convoy, false);
    settle();
  }

  /** Has the block read that the transfer stands at, resident or not. */
  void want(Transfer transfer) {
    readAhead(transfer.convoy, true);
    settle();
  }

  /** Handles the completion of a read. */
  void onRead(int block, int result) {
    int outcome = reads.onRead(block, result, nowNs);
    // Nobody else may move while members are called one after the other.
    settling = true;
    switch (outcome) {
      case BlockReads.FILLED -> onFilled(block);
      case BlockReads.FILE_SHRANK -> onFailed(block, AbortReason.BLOB_SHRANK);
      case BlockReads.FAILED -> onFailed(block, AbortReason.READ_ERROR);
      default -> {}
    }
    settling = false;
    settle();
  }

  /** Lets laggards go, and ends waits whose allowance is used up; to be called now and then. */
  void tick() {
    long elapsedNs = Math.min(nowNs - tickedNs, Laggards.FROZEN_NS);
    tickedNs = nowNs;
    for (int place = convoys.count() - 1; place >= 0; place--) {
      Convoy convoy = convoys.at(place);
      if (convoy.held) {
        readAhead(convoy, false);
      }
      boolean full = !convoy.lone && isFull(convoy);
      boolean blocked = Laggards.block(convoy, full);
      if (Laggards.blame(convoy, blocked, elapsedNs, nowNs)) {
        part(convoy);
      } else if (Laggards.outrun(convoy, full, elapsedNs)) {
        runAhead(convoy);
      }
    }
    settle();
  }

  /**
   * Gives free blocks to those who have waited longest, and has members look again where something
   * has changed for them; to be called when a block has become free.
   */
  void settle() {
    if (settling) {
      return;
    }
    settling = true;
    int served = supply.nextServed(nowNs);
    while (served != NONE || calledCount > 0) {
      if (served != NONE) {
        readAhead(convoys.get(served), false, true);
      } else {
        wakeCalled();
      }
      served = supply.nextServed(nowNs);
    }
    supply.report();
    settling = false;
  }

  private void wakeCalled() {
    for (int place = convoys.count() - 1; place >= 0; place--) {
      Convoy convoy = convoys.at(place);
      if (convoy.called) {
        convoy.called = false;
        calledCount--;
        wake(convoy, convoy.endSequence());
        return;
      }
    }
    calledCount = 0;
  }

  private Convoy found(OpenBlob blob, long position, boolean lone) {
    Convoy convoy = convoys.found(blob, position, lone, nowNs);
    // Everybody's part has become smaller.
    for (int place = 0; place < convoys.count(); place++) {
      trim(convoys.at(place));
    }
    return convoy;
  }

  private void dissolve(Convoy convoy) {
    supply.stopWaiting(convoy);
    while (convoy.count > 0) {
      blocks.discard(convoy.popHead());
    }
    calledCount -= convoy.called ? 1 : 0;
    convoys.end(convoy);
    // Everybody's part has become larger.
    for (int place = 0; place < convoys.count(); place++) {
      callStarved(convoys.at(place));
    }
  }

  private int quota() {
    return Math.max(1, blocks.count() / convoys.count());
  }

  private boolean isFull(Convoy convoy) {
    return convoy.count >= quota() || !convoy.hasSpace();
  }

  private void readAhead(Convoy convoy, boolean evenResident) {
    readAhead(convoy, evenResident, false);
  }

  /**
   * Reads on.
   *
   * @param evenResident whether the next block is to be read though the page cache may have it
   * @param served whether the convoy has waited for a block, and it is its turn
   */
  private void readAhead(Convoy convoy, boolean evenResident, boolean served) {
    if (supply.isWaiting(convoy) || convoy.members == 0) {
      return;
    }
    long leader = convoy.leaderSequence();
    int depth = Math.min(convoy.depth, quota());
    boolean wanted = evenResident;
    boolean itsTurn = served;
    while (convoy.endSequence() - leader < depth && convoy.nextPosition < convoy.end) {
      long end = slotEnd(convoy);
      if (stopsAt(convoy, end, wanted) || (isFull(convoy) && !dropPassed(convoy))) {
        return;
      }
      if (!itsTurn && !supply.has(convoy)) {
        reclaim(convoy);
      }
      int block = itsTurn ? supply.takeServed() : supply.take(convoy, nowNs);
      if (block == NONE) {
        return;
      }
      reads.start(block, convoy.index, convoy.blob, convoy.nextPosition, end, nowNs);
      convoy.push(block, end);
      wanted = false;
      itsTurn = false;
    }
  }

  /** Whether what comes next is found elsewhere: in another convoy, or in the page cache. */
  private boolean stopsAt(Convoy convoy, long end, boolean evenResident) {
    long position = convoy.nextPosition;
    Convoy other = convoy.lone ? null : convoys.find(convoy.blob, position, convoy);
    boolean elsewhere = other != null && position != other.nextPosition;
    if (!elsewhere && (evenResident || !residency.isResident(convoy.blob, position, end))) {
      return false;
    }
    callStarved(convoy);
    return true;
  }

  /** Has the members look again that have sent all there is. */
  private void callStarved(Convoy convoy) {
    if (!convoy.called && convoy.starved() > 0) {
      convoy.called = true;
      calledCount++;
    }
  }

  private long slotEnd(Convoy convoy) {
    long position = convoy.nextPosition;
    long size = convoy.lone ? convoy.firstMember.readBytes : readSize.bytes();
    long boundary = (position / size + 1) * size;
    // The piece of a lone client may begin anywhere, and must fit into a block.
    return Math.min(Math.min(boundary, convoy.end), (position & -BlockReads.ALIGNMENT) + size);
  }

  /** Drops what all have passed, where it is more than the convoy's part or others want blocks. */
  private void trim(Convoy convoy) {
    boolean more = true;
    while (more && (convoy.lone || convoy.count > quota() || supply.isScarce())) {
      more = dropPassed(convoy);
    }
  }

  /** Drops the first block of the window, if all members have passed it and nobody catches up. */
  private boolean dropPassed(Convoy convoy) {
    if (!hasPassed(convoy) || catchUp.holds(convoy, nowNs)) {
      return false;
    }
    blocks.discard(convoy.popHead());
    return true;
  }

  private static boolean hasPassed(Convoy convoy) {
    return convoy.count > 0 && convoy.headSequence < convoy.tailSequence();
  }

  /** Makes another convoy give up a block that its members have passed. */
  private void reclaim(Convoy forConvoy) {
    for (int place = 0; place < convoys.count() && !supply.has(forConvoy); place++) {
      Convoy convoy = convoys.at(place);
      if (hasPassed(convoy) && (forConvoy.count == 0 || !catchUp.holds(convoy, nowNs))) {
        blocks.discard(convoy.popHead());
        // It may have waited for space in its window.
        callStarved(convoy);
      }
    }
  }

  /** A leader that waits for the disk wants more read ahead; one that never does, less. */
  private void adaptDepth(Convoy convoy, Transfer leader) {
    if (convoy.lone || convoy.nextPosition >= convoy.end) {
      return;
    }
    if (readyBlock(leader) == NONE) {
      convoy.readyInARow = 0;
      convoy.depth = Math.min(convoy.depth + 1, DEPTH_MAX);
    } else if (++convoy.readyInARow == READY_IN_A_ROW) {
      convoy.readyInARow = 0;
      convoy.depth = Math.max(convoy.depth - 1, DEPTH_MIN);
    }
  }

  private void onFilled(int block) {
    readSize.onRead(reads.end(block) - reads.begin(block), reads.durationNs(block, nowNs));
    Convoy convoy = convoys.get(reads.convoyOf(block));
    wake(convoy, slotOf(convoy, block));
  }

  private static long slotOf(Convoy convoy, int block) {
    long slot = convoy.headSequence;
    while (convoy.block(slot) != block) {
      slot++;
    }
    return slot;
  }

  private void wake(Convoy convoy, long sequence) {
    Transfer next;
    for (Transfer member = convoy.firstMember; member != null; member = next) {
      next = member.nextMember;
      if (member.sequence == sequence) {
        listener.onBlockReady(member);
      }
    }
  }

  /** Who still needs the block cannot be served; what was read after it is of no use. */
  private void onFailed(int failedBlock, int abortReason) {
    Convoy convoy = convoys.get(reads.convoyOf(failedBlock));
    long position = reads.begin(failedBlock);
    long failed = slotOf(convoy, failedBlock);
    while (convoy.endSequence() > failed) {
      blocks.discard(convoy.popLast(position));
    }
    Transfer next;
    for (Transfer member = convoy.firstMember; member != null; member = next) {
      next = member.nextMember;
      if (member.end > position) {
        listener.onReadFailed(member, abortReason);
      }
    }
  }

  /** Those at the first slot leave, and found a convoy of their own with what only they need. */
  private void part(Convoy convoy) {
    long first = convoy.headSequence;
    Convoy apart = found(convoy.blob, reads.begin(convoy.block(first)), false);
    apart.headSequence = first;
    move(convoy, apart, first);
    for (Transfer member = apart.firstMember; member != null; member = member.nextMember) {
      Laggards.mark(member, nowNs);
    }
    long tail = convoy.tailSequence();
    while (convoy.count > 0 && convoy.headSequence < tail) {
      int block = convoy.popHead();
      reads.reassign(block, apart.index);
      apart.push(block, reads.end(block));
    }
    readAhead(convoy, false);
    readAhead(apart, false);
  }

  /** Those who have sent all there is leave the others behind, and read on by themselves. */
  private void runAhead(Convoy convoy) {
    long end = convoy.endSequence();
    convoy.outrunNs = 0;
    Convoy apart = found(convoy.blob, convoy.nextPosition, false);
    apart.headSequence = end;
    move(convoy, apart, end);
    readAhead(apart, true);
  }

  /** Moves the members at a slot. */
  private static void move(Convoy from, Convoy to, long sequence) {
    Transfer next;
    for (Transfer member = from.firstMember; member != null; member = next) {
      next = member.nextMember;
      if (member.sequence == sequence) {
        from.remove(member);
        to.add(member);
      }
    }
  }
}
