package io.sluice.server.transfer;

import io.sluice.server.metrics.LoopMetrics;

/**
 * Deals out the transfer blocks of a loop. When they are scarce transfers take turns: who has a
 * block already queues behind who has none, and composed responses come first, since they hold up
 * the control plane's other replies.
 */
final class BlockSupply {
  /** There is no block; who asked waits. */
  static final int NONE = -1;

  private final TransferBlocks blocks;
  private final LoopMetrics metrics;
  private final WaitQueue waiting;

  /** A composed response could not start; the next free block is kept for it. */
  private boolean composedWaiting;

  BlockSupply(TransferBlocks blocks, LoopMetrics metrics, int transfers) {
    this.blocks = blocks;
    this.metrics = metrics;
    this.waiting = new WaitQueue(transfers);
  }

  /** Whether somebody waits for a block. */
  boolean isScarce() {
    return !waiting.isEmpty() || composedWaiting;
  }

  boolean isWaiting(Transfer transfer) {
    return waiting.contains(transfer.index);
  }

  /** A block for the transfer; {@link #NONE} puts it into the queue. */
  int take(Transfer transfer, long nowNs) {
    boolean othersFirst = !waiting.isEmpty() && transfer.queueCount > 0;
    int block = othersFirst ? NONE : takeUnkept();
    if (block == NONE) {
      waiting.add(transfer.index);
      transfer.waitSinceNs = nowNs;
      metrics.poolWait();
    }
    return block;
  }

  /** The transfer that has waited longest, when there is a block for it; else {@link #NONE}. */
  int nextServed() {
    return waiting.isEmpty() || !hasUnkept() ? NONE : waiting.poll();
  }

  /** A block for the transfer that {@link #nextServed} has named. */
  int takeServed(Transfer transfer, long nowNs) {
    metrics.poolWaitNs(nowNs - transfer.waitSinceNs);
    return blocks.acquire();
  }

  /** The transfer does not want a block any more. */
  void stopWaiting(Transfer transfer) {
    waiting.remove(transfer.index);
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

  private int takeUnkept() {
    return hasUnkept() ? blocks.acquire() : NONE;
  }
}
