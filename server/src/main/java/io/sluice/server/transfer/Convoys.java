package io.sluice.server.transfer;

import io.sluice.server.metrics.AbortReason;

/**
 * Who travels with whom among the transfers of one loop: those that read the same blob near each
 * other share what is read ({@link ReadAhead}). Who comes later founds a convoy of its own and may
 * catch up ({@link CatchUp}). Members that keep most others waiting leave, with the blocks that
 * they need ({@link Laggards}).
 */
final class Convoys {
  private static final int NONE = BlockSupply.NONE;

  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final BlockSupply supply;
  private final BlockListener listener;
  private final ConvoyList convoys;
  private final ReadAhead readAhead;
  private boolean settling;
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
    this.listener = listener;
    this.convoys = new ConvoyList(reads, capacity, blocks.count());
    this.readAhead = new ReadAhead(blocks, reads, supply, residency, convoys);
  }

  /** The time for what follows; every entry sets it. */
  void now(long now) {
    nowNs = now;
    readAhead.now(now);
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
    readAhead.read(convoy, true, false);
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
    readAhead.read(to, false, false);
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
      readAhead.trim(convoy);
      readAhead.read(convoy, false, false);
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
      readAhead.adaptDepth(convoy, readyBlock(transfer) != NONE);
    }
    readAhead.trim(convoy);
    readAhead.read(convoy, false, false);
    settle();
  }

  /** Has the block read that the transfer stands at, resident or not. */
  void want(Transfer transfer) {
    readAhead.read(transfer.convoy, true, false);
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

  /** Whether another convoy would leave too few blocks for each to be read ahead for. */
  boolean areCrowded() {
    return readAhead.isCrowded();
  }

  /** Lets laggards go, and ends waits whose allowance is used up; to be called now and then. */
  void tick() {
    long elapsedNs = Math.min(nowNs - tickedNs, Laggards.FROZEN_NS);
    tickedNs = nowNs;
    for (int place = convoys.count() - 1; place >= 0; place--) {
      Convoy convoy = convoys.at(place);
      if (convoy.held) {
        readAhead.read(convoy, false, false);
      }
      boolean full = !convoy.lone && readAhead.isFull(convoy);
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
    Convoy called = served == NONE ? convoys.nextCalled() : null;
    while (served != NONE || called != null) {
      if (served != NONE) {
        readAhead.read(convoys.get(served), false, true);
      } else {
        wake(called, called.endSequence());
      }
      served = supply.nextServed(nowNs);
      called = served == NONE ? convoys.nextCalled() : null;
    }
    supply.report();
    settling = false;
  }

  private Convoy found(OpenBlob blob, long position, boolean lone) {
    Convoy convoy = convoys.found(blob, position, lone, nowNs);
    // Everybody's part has become smaller.
    for (int place = 0; place < convoys.count(); place++) {
      readAhead.trim(convoys.at(place));
    }
    return convoy;
  }

  private void dissolve(Convoy convoy) {
    supply.stopWaiting(convoy);
    while (convoy.count > 0) {
      blocks.discard(convoy.popHead());
    }
    convoys.end(convoy);
    // Everybody's part has become larger.
    for (int place = 0; place < convoys.count(); place++) {
      convoys.call(convoys.at(place));
    }
  }

  private void onFilled(int block) {
    readAhead.onFilled(block);
    Convoy convoy = convoys.get(reads.convoyOf(block));
    wake(convoy, slotOf(convoy, block));
    readAhead.read(convoy, false, false);
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
    readAhead.read(convoy, false, false);
    readAhead.read(apart, false, false);
  }

  /** Those who have sent all there is leave the others behind, and read on by themselves. */
  private void runAhead(Convoy convoy) {
    long end = convoy.endSequence();
    convoy.outrunNs = 0;
    Convoy apart = found(convoy.blob, convoy.nextPosition, false);
    apart.headSequence = end;
    // What they have waited for others stays counted.
    apart.foundedNs = convoy.foundedNs;
    apart.heldNs = convoy.heldForNs(nowNs);
    move(convoy, apart, end);
    readAhead.read(apart, true, false);
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
