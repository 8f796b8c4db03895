package io.sluice.server.transfer;

import io.sluice.server.metrics.LoopMetrics;

/**
 * Deals out the transfer blocks of a loop. When they are scarce convoys take turns: who has a block
 * already queues behind who has none, and composed responses come first, since they hold up the
 * control plane's other replies.
 *
 * <p>At most half of the blocks are read into at once. A device that reports what it has read in
 * batches, as virtual ones do, would otherwise fill all of them and then have nothing to do until
 * they are sent.
 */
final class BlockSupply {
  /** There is no block; who asked waits. */
  static final int NONE = -1;

  /** Most blocks that are read into at once: this part of all. */
  static final int READING_DIVISOR = 2;

  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final LoopMetrics metrics;
  private final WaitQueue waiting;
  private final long[] waitSinceNs;
  private final int readingMax;

  /** A composed response could not start; the next free block is kept for it. */
  private boolean composedWaiting;

  BlockSupply(TransferBlocks blocks, BlockReads reads, LoopMetrics metrics, int convoys) {
    this.blocks = blocks;
    this.reads = reads;
    this.readingMax = Math.max(1, blocks.count() / READING_DIVISOR);
    this.metrics = metrics;
    this.waiting = new WaitQueue(convoys);
    this.waitSinceNs = new long[convoys];
  }

  /** Whether somebody waits because no block is free. */
  boolean isScarce() {
    return (!waiting.isEmpty() && !hasFree()) || composedWaiting;
  }

  boolean isWaiting(Convoy convoy) {
    return waiting.contains(convoy.index);
  }

  /** A block for the convoy, which does not wait yet; {@link #NONE} puts it into the queue. */
  int take(Convoy convoy, long nowNs) {
    if (mayRead() && (waiting.isEmpty() || convoy.count == 0)) {
      return blocks.acquire();
    }
    waiting.add(convoy.index);
    waitSinceNs[convoy.index] = nowNs;
    metrics.poolWait();
    return NONE;
  }

  /**
   * The convoy that has waited longest, when there is a block for it, and takes it out of the
   * queue; else {@link #NONE}.
   */
  int nextServed(long nowNs) {
    if (waiting.isEmpty() || !mayRead()) {
      return NONE;
    }
    int served = waiting.poll();
    metrics.poolWaitNs(nowNs - waitSinceNs[served]);
    return served;
  }

  /** The block for the convoy that {@link #nextServed} has named. */
  int takeServed() {
    return blocks.acquire();
  }

  /** The convoy does not want a block any more. */
  void stopWaiting(Convoy convoy) {
    waiting.remove(convoy.index);
  }

  /** A block for a composed response; without one the next is kept, until {@link #forget}. */
  int takeForComposed() {
    int block = blocks.acquire();
    composedWaiting |= block == NONE;
    return block;
  }

  /** Keeps the next free block for a composed response that could not start. */
  void keepForComposed() {
    composedWaiting = true;
  }

  boolean composedWaiting() {
    return composedWaiting;
  }

  /** No block is kept for a composed response any more. */
  void forget() {
    composedWaiting = false;
  }

  /** Says how many blocks are in use. */
  void report() {
    metrics.poolInUse(blocks.count() - blocks.freeCount());
  }

  private boolean mayRead() {
    return hasFree() && reads.readingCount() < readingMax;
  }

  /** Whether a block is free that is not kept for a composed response. */
  boolean hasFree() {
    return blocks.freeCount() > (composedWaiting ? 1 : 0);
  }
}
