package io.sluice.server.loop;

import io.sluice.linux.CallState;
import io.sluice.server.transfer.TransferBlocks;

/** What a loop needs only for serving, and gives back to the kernel while nobody is served. */
final class IdleMemory {
  private final LoopMemory memory;
  private final TransferBlocks blocks;
  private final TransferBlocks relayBlocks;
  private final Exchanges exchanges;
  private final CallState state = CallState.ofThread();

  /** Created by the loop's thread. */
  IdleMemory(
      LoopMemory memory, TransferBlocks blocks, TransferBlocks relayBlocks, Exchanges exchanges) {
    this.memory = memory;
    this.blocks = blocks;
    this.relayBlocks = relayBlocks;
    this.exchanges = exchanges;
  }

  /** Whether no block is in use. */
  boolean isFree() {
    return blocks.freeCount() == blocks.count() && relayBlocks.freeCount() == relayBlocks.count();
  }

  /** Gives back what is not in use; it comes again, page by page, when it is touched. */
  void giveBack() {
    memory.blocks.giveBack(state);
    if (exchanges.freeCount() == exchanges.count()) {
      memory.exchanges.giveBack(state);
    }
  }
}
