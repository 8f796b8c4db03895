package io.sluice.server.transfer;

import io.sluice.ring.Ring;

/**
 * Sends blocks, or what is left of them, to clients; one send of a transfer at a time.
 *
 * <p>Sends are handed to the ring at the end of a turn, behind the reads: the kernel copies a block
 * while it takes the send from the queue, and the device would wait for that.
 */
final class BlockSends {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_MORE = 0x8000;

  private final Ring ring;
  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final Transfer[] queued;
  private int queuedCount;

  BlockSends(Ring ring, TransferBlocks blocks, BlockReads reads, int transfers) {
    this.ring = ring;
    this.blocks = blocks;
    this.reads = reads;
    this.queued = new Transfer[transfers];
  }

  /** Sends what the block holds from where the transfer stands, with the next {@link #submit}. */
  void send(Transfer transfer, int block, long nowNs) {
    transfer.sending = true;
    transfer.cancelling = false;
    transfer.sendSinceNs = nowNs;
    transfer.sendBlock = block;
    if (transfer.source < 0) {
      transfer.source = reads.source(block);
    }
    blocks.handOver(block, TransferBlocks.KERNEL_SEND);
    queued[queuedCount] = transfer;
    queuedCount++;
  }

  /** Hands the sends to the ring; the last thing before the loop waits. */
  void submit() {
    for (int i = 0; i < queuedCount; i++) {
      submit(queued[i]);
      queued[i] = null;
    }
    queuedCount = 0;
  }

  private void submit(Transfer transfer) {
    int block = transfer.sendBlock;
    long blockEnd = Math.min(reads.end(block), transfer.end);
    int skip = (int) (transfer.sendPosition - reads.begin(block));
    int length = (int) (blockEnd - transfer.sendPosition);
    int flags = (transfer.slow ? MSG_DONTWAIT : 0) | (blockEnd < transfer.end ? MSG_MORE : 0);
    long userData = Transfers.userData(Transfers.OP_SEND, transfer);
    ring.send(transfer.fd, blocks.address(block) + skip, length, flags, userData);
  }

  /** Asks the kernel to stop the send that is under way. */
  void cancel(Transfer transfer) {
    transfer.cancelling = true;
    // What is not there yet cannot be cancelled.
    submit();
    ring.cancel(
        Transfers.userData(Transfers.OP_SEND, transfer),
        Transfers.userData(Transfers.OP_CANCEL, transfer));
  }

  /**
   * The send has ended.
   *
   * @return whether its block is free now, since nobody else wants it
   */
  boolean end(Transfer transfer) {
    int block = transfer.sendBlock;
    transfer.sending = false;
    transfer.cancelling = false;
    transfer.sendBlock = BlockSupply.NONE;
    return blocks.takeBack(block, TransferBlocks.KERNEL_SEND);
  }
}
