package io.sluice.server.transfer;

/**
 * What is read for the convoys of one loop, and for how long it is kept. A convoy may have its
 * equal part of the blocks. Blocks that all members have passed are kept as long as they fit into
 * that part, for others who come a little late.
 */
final class ReadAhead {
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
  private final ConvoyList convoys;
  private final CatchUp catchUp;
  private final ReadSize readSize;
  private long nowNs;

  ReadAhead(
      TransferBlocks blocks,
      BlockReads reads,
      BlockSupply supply,
      Residency residency,
      ConvoyList convoys) {
    this.blocks = blocks;
    this.reads = reads;
    this.supply = supply;
    this.residency = residency;
    this.convoys = convoys;
    this.catchUp = new CatchUp(convoys, reads);
    this.readSize = new ReadSize(blocks.blockBytes());
  }

  /** The time for what follows. */
  void now(long now) {
    nowNs = now;
  }

  /** A read has filled its block. */
  void onFilled(int block) {
    readSize.onRead(reads.end(block) - reads.begin(block), reads.durationNs(block, nowNs));
  }

  /**
   * Reads on. Of what is ahead half is being read at most, so that the device goes on while the
   * other half is sent.
   *
   * @param evenResident whether the next block is to be read though the page cache may have it
   * @param served whether the convoy has waited for a block, and it is its turn
   */
  void read(Convoy convoy, boolean evenResident, boolean served) {
    if (supply.isWaiting(convoy) || convoy.members == 0) {
      return;
    }
    long leader = convoy.leaderSequence();
    int depth = Math.min(convoy.depth, quota());
    boolean wanted = evenResident;
    boolean itsTurn = served;
    int more = (depth + 1) / BlockSupply.READING_DIVISOR - reading(convoy);
    while (convoy.endSequence() - leader < depth && convoy.nextPosition < convoy.end && more > 0) {
      long end = slotEnd(convoy);
      if (stopsAt(convoy, end, wanted) || (isFull(convoy) && !dropPassed(convoy))) {
        return;
      }
      if (!itsTurn && !supply.hasFree()) {
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
      more--;
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
    convoys.call(convoy);
    return true;
  }

  /** Slots that are being read. */
  private int reading(Convoy convoy) {
    int reading = 0;
    for (long slot = convoy.headSequence; slot < convoy.endSequence(); slot++) {
      reading += reads.isFilled(convoy.block(slot)) ? 0 : 1;
    }
    return reading;
  }

  private long slotEnd(Convoy convoy) {
    long position = convoy.nextPosition;
    long size = convoy.lone ? convoy.firstMember.readBytes : readSize.bytes();
    long boundary = (position / size + 1) * size;
    // The piece of a lone client may begin anywhere, and must fit into a block.
    return Math.min(Math.min(boundary, convoy.end), (position & -BlockReads.ALIGNMENT) + size);
  }

  /** Drops what all have passed, where it is more than the convoy's part or others want blocks. */
  void trim(Convoy convoy) {
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
    for (int place = 0; place < convoys.count() && !supply.hasFree(); place++) {
      Convoy convoy = convoys.at(place);
      if (hasPassed(convoy) && (forConvoy.count == 0 || !catchUp.holds(convoy, nowNs))) {
        blocks.discard(convoy.popHead());
        // It may have waited for space in its window.
        convoys.call(convoy);
      }
    }
  }

  /**
   * The convoy's leader goes on. One that waits for the disk wants more read ahead; one that never
   * does, less.
   *
   * @param ready whether its next block has been read
   */
  void adaptDepth(Convoy convoy, boolean ready) {
    if (convoy.lone || convoy.nextPosition >= convoy.end) {
      return;
    }
    if (!ready) {
      convoy.readyInARow = 0;
      convoy.depth = Math.min(convoy.depth + 1, DEPTH_MAX);
    } else if (++convoy.readyInARow == READY_IN_A_ROW) {
      convoy.readyInARow = 0;
      convoy.depth = Math.max(convoy.depth - 1, DEPTH_MIN);
    }
  }

  private int quota() {
    return convoys.quota(blocks.count());
  }

  /** Whether another convoy would leave fewer blocks for each than are read ahead at least. */
  boolean isCrowded() {
    return convoys.part(blocks.count(), 1) < DEPTH_MIN;
  }

  /** Whether its window has no room for another block. */
  boolean isFull(Convoy convoy) {
    return convoy.count >= (convoy.lone ? 1 : quota()) || !convoy.hasSpace();
  }
}
