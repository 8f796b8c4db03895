package io.sluice.server.transfer;

import io.sluice.server.metrics.LoopMetrics;

/**
 * Deals out the transfer blocks of a loop. When they are scarce convoys take turns: who has a block
 * already queues behind who has none, and composed responses come first, since they hold up the
 * control plane's other replies.
 */
final class BlockSupply {
  /** There is no block; who asked waits. */
  static final int NONE = -1;

  private final TransferBlocks blocks;
  private final LoopMetrics metrics;
  private final WaitQueue waiting;
  private final long[] waitSinceNs;

  /** A composed response could not start; the next free block is kept for it. */
  private boolean composedWaiting;

  BlockSupply(TransferBlocks blocks, LoopMetrics metrics, int convoys) {
    this.blocks = blocks;
    this.metrics = metrics;
    this.waiting = new WaitQueue(convoys);
    this.waitSinceNs = new long[convoys];
  }

  /** Whether somebody waits for a block. */
  boolean isScarce() {
    return !waiting.isEmpty() || composedWaiting;
  }

  boolean isWaiting(Convoy convoy) {
    return waiting.contains(convoy.index);
  }

  /** Whether {@link #take} would give the convoy a block. */
  boolean has(Convoy convoy) {
    return hasUnkept() && (waiting.isEmpty() || convoy.count == 0);
  }

  /** A block for the convoy, which does not wait yet; {@link #NONE} puts it into the queue. */
  int take(Convoy convoy, long nowNs) {
    if (has(convoy)) {
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
    if (waiting.isEmpty() || !hasUnkept()) {
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

  private boolean hasUnkept() {
    return blocks.freeCount() > (composedWaiting ? 1 : 0);
  }
}
