package io.sluice.server.transfer;

import io.sluice.ring.Ring;

/**
 * Sends blocks, or what is left of them, to clients; one send of a transfer at a time.
 *
 * <p>Sends are handed to the ring at the end of a turn, behind the reads: the kernel copies a block
 * while it takes the send from the queue, and the device would wait for that. Where CPUs are idle,
 * worker threads of the kernel do their part of the copying: all who want one blob are sent to by
 * one loop, whose thread could not keep up with what the device gives.
 */
final class BlockSends {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_MORE = 0x8000;

  /** What is shorter than this part of a block is not worth another thread. */
  private static final int ASYNC_PART_MIN = 4;

  private final Ring ring;
  private final SpareCpus spareCpus;
  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final Transfer[] queued;
  private int queuedCount;

  /** Sends that are queued or with the kernel. */
  private int sendCount;

  /** Those of them that worker threads do. */
  private int asyncCount;

  BlockSends(
      Ring ring, SpareCpus spareCpus, TransferBlocks blocks, BlockReads reads, int transfers) {
    this.ring = ring;
    this.spareCpus = spareCpus;
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
    sendCount++;
    queued[queuedCount] = transfer;
    queuedCount++;
  }

  /** Hands the sends to the ring; the last thing before the loop waits. */
  void submit(long nowNs) {
    int asyncMax = queuedCount == 0 ? 0 : asyncMax(nowNs);
    for (int i = 0; i < queuedCount; i++) {
      submit(queued[i], asyncMax);
      queued[i] = null;
    }
    queuedCount = 0;
  }

  /** The part of all sends that idle CPUs are to do, so that none has more than another. */
  private int asyncMax(long nowNs) {
    int spare = sendCount > 1 ? spareCpus.count(nowNs) : 0;
    return sendCount * spare / (spare + 1);
  }

  private void submit(Transfer transfer, int asyncMax) {
    int block = transfer.sendBlock;
    long blockEnd = Math.min(reads.end(block), transfer.end);
    int skip = (int) (transfer.sendPosition - reads.begin(block));
    int length = (int) (blockEnd - transfer.sendPosition);
    int flags = (transfer.slow ? MSG_DONTWAIT : 0) | (blockEnd < transfer.end ? MSG_MORE : 0);
    long userData = Transfers.userData(Transfers.OP_SEND, transfer);
    boolean worthIt = !transfer.slow && length >= blocks.blockBytes() / ASYNC_PART_MIN;
    transfer.sendsAsync = worthIt && asyncCount < asyncMax;
    if (transfer.sendsAsync) {
      asyncCount++;
      ring.sendAsync(transfer.fd, blocks.address(block) + skip, length, flags, userData);
    } else {
      ring.send(transfer.fd, blocks.address(block) + skip, length, flags, userData);
    }
  }

  /** Asks the kernel to stop the send that is under way. */
  void cancel(Transfer transfer, long nowNs) {
    transfer.cancelling = true;
    // What is not there yet cannot be cancelled.
    submit(nowNs);
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
    sendCount--;
    asyncCount -= transfer.sendsAsync ? 1 : 0;
    transfer.sendsAsync = false;
    transfer.sending = false;
    transfer.cancelling = false;
    transfer.sendBlock = BlockSupply.NONE;
    return blocks.takeBack(block, TransferBlocks.KERNEL_SEND);
  }
}
