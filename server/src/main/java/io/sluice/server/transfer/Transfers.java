package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import java.lang.foreign.MemorySegment;

/**
 * All transfers of one loop: reads ahead into transfer blocks, sends them in order, and keeps
 * clients that do not keep up from holding any.
 *
 * <p>A transfer reads up to {@code depth} blocks ahead, fewer when there are more transfers than
 * blocks; then they take turns, one block each, in a queue. A send that makes no progress for
 * {@link #STALL_NS} is cancelled: the client counts as slow, its blocks are given back (the bytes
 * are on disk and can be read again), and it waits for its socket to take bytes, which costs
 * nothing.
 */
public final class Transfers {
  /** Operation codes of this component: 0x20 to 0x2f. */
  public static final int OPERATIONS = 0x20;

  static final int OP_READ = 0x20;
  static final int OP_SEND = 0x21;
  static final int OP_POLL = 0x22;
  static final int OP_CANCEL = 0x23;
  static final int OP_ADVISE = 0x24;

  /** A send without progress for so long makes its client a slow one. */
  public static final long STALL_NS = 200_000_000L;

  /** The same while others wait for a block. */
  public static final long STALL_UNDER_PRESSURE_NS = 40_000_000L;

  /** Blocks read ahead for one transfer when there is no competition. */
  public static final int DEPTH = 4;

  /**
   * A composed response that is not sent for so long is broken off while others wait for a block.
   */
  public static final long COMPOSED_STALL_UNDER_PRESSURE_NS = 200_000_000L;

  /** Smallest read for a slow client. */
  public static final int SLOW_READ_BYTES = 64 * 1024;

  /** A slow client whose socket takes bytes again after less than this has caught up. */
  public static final long CAUGHT_UP_NS = 50_000_000L;

  /** A slow client whose socket takes nothing for so long gets the smallest send buffer. */
  public static final long CRAWL_NS = 1_000_000_000L;

  /** File positions, lengths and addresses of O_DIRECT reads are multiples of this. */
  public static final int ALIGNMENT = BlockReads.ALIGNMENT;

  private static final long PROGRESS_CHECK_NS = 1_000_000_000L;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_MORE = 0x8000;
  private static final int POLLOUT = 4;

  private final Ring ring;
  private final SocketControl sockets;
  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final SendBuffers sendBuffers;
  private final OpenBlobs blobs;
  private final TransferListener listener;
  private final LoopMetrics metrics;
  private final long progressTimeoutNs;
  private final Transfer[] transfers;
  private final int[] freeTransfers;
  private final WaitQueue waiting;
  private int freeCount;
  private int activeCount;

  /** A composed response could not start; the next free block is kept for it. */
  private boolean composedWaiting;

  private long nowNs;

  /**
   * Creates the transfers of a loop.
   *
   * @param capacity transfers at once
   * @param progressTimeoutNs a client that takes nothing for so long is disconnected
   */
  public Transfers(
      Ring ring,
      SocketControl sockets,
      TransferBlocks blocks,
      SendBuffers sendBuffers,
      OpenBlobs blobs,
      TransferListener listener,
      LoopMetrics metrics,
      int capacity,
      long progressTimeoutNs) {
    this.ring = ring;
    this.sockets = sockets;
    this.blocks = blocks;
    this.reads = new BlockReads(ring, blocks, metrics);
    this.sendBuffers = sendBuffers;
    this.blobs = blobs;
    this.listener = listener;
    this.metrics = metrics;
    this.progressTimeoutNs = progressTimeoutNs;
    this.transfers = new Transfer[capacity];
    this.freeTransfers = new int[capacity];
    this.waiting = new WaitQueue(capacity);
    for (int i = capacity - 1; i >= 0; i--) {
      transfers[i] = new Transfer(i);
      freeTransfers[freeCount++] = i;
    }
  }

  /**
   * Begins to read the range {@code first} to {@code last}, both inclusive; sending begins with
   * {@link #headSent}. The requester's use of the blob passes to the transfer.
   *
   * @return the transfer, or -1 when all are taken; the blob then stays with the requester
   */
  public int start(int requester, int fd, OpenBlob blob, long first, long last, long nowNs) {
    if (freeCount == 0) {
      return -1;
    }
    Transfer transfer = claim(requester, fd, blob, nowNs);
    transfer.sendPosition = first;
    transfer.readPosition = first;
    transfer.end = last + 1;
    transfer.grantedSendBuffer = sendBuffers.grant(fd, last - first, activeCount);
    pump(transfer);
    return transfer.index;
  }

  /**
   * Begins to send a response that was composed in memory, head and all; its bytes are copied into
   * one block. It cannot be made again as bytes of a blob can be read again, so the kernel is to
   * take all of it at once.
   *
   * @return the transfer, or -1 when no transfer or no block is free, or the bytes do not fit; the
   *     next free block is then kept for a composed response until {@link #forgetComposed}
   */
  public int startComposed(
      int requester, int fd, MemorySegment memory, long offset, int length, long nowNs) {
    int block = freeCount == 0 || length > blocks.blockBytes() ? -1 : blocks.acquire();
    if (block < 0) {
      composedWaiting = true;
      return -1;
    }
    Transfer transfer = claim(requester, fd, null, nowNs);
    transfer.grantedSendBuffer = sendBuffers.grant(fd, length, activeCount);
    transfer.sendPosition = 0;
    transfer.readPosition = length;
    transfer.end = length;
    transfer.headSent = true;
    reads.fill(block, transfer.index, memory, offset, length);
    transfer.pushBlock(block);
    send(transfer);
    return transfer.index;
  }

  /** Whether a composed response waits for a block. */
  public boolean composedWaiting() {
    return composedWaiting;
  }

  /**
   * To be called before composed responses are tried again: one that is no longer wanted must not
   * keep a block.
   */
  public void forgetComposed() {
    composedWaiting = false;
  }

  /** To be called when composed responses have been tried: others get what these do not need. */
  public void composedTried() {
    if (!composedWaiting) {
      blockReleased();
    }
  }

  /** The response head has been handed to the kernel: the body may follow. */
  public void headSent(int index, long nowNs) {
    this.nowNs = nowNs;
    Transfer transfer = transfers[index];
    transfer.headSent = true;
    pump(transfer);
  }

  /** Ends a transfer early; the listener hears it when nothing is in flight any more. */
  public void abort(int index, int reason, long nowNs) {
    this.nowNs = nowNs;
    abort(transfers[index], reason);
  }

  /** Handles a completion of this component's operations. */
  public void onCompletion(int operation, int slot, int generation, int result, long nowNs) {
    this.nowNs = nowNs;
    switch (operation) {
      case OP_READ -> onRead(slot, result);
      case OP_SEND -> onSend(transfers[slot], result);
      case OP_POLL -> onPoll(transfers[slot], result);
      default -> {}
    }
  }

  /**
   * Finds stalled sends and clients without progress; to be called every {@link
   * #STALL_UNDER_PRESSURE_NS} or so while there are transfers.
   */
  public void tick(long nowNs) {
    this.nowNs = nowNs;
    boolean pressure = !waiting.isEmpty() || composedWaiting;
    long stallNs = pressure ? STALL_UNDER_PRESSURE_NS : STALL_NS;
    for (Transfer transfer : transfers) {
      if (!transfer.active || transfer.aborting) {
        continue;
      }
      boolean composed = transfer.blob == null;
      if (pressure && composed && nowNs - transfer.startedNs >= COMPOSED_STALL_UNDER_PRESSURE_NS) {
        abort(transfer, AbortReason.SLOW_CLIENT);
        continue;
      }
      if (transfer.sending && !transfer.cancelling && nowNs - transfer.sendSinceNs >= stallNs) {
        cancelSend(transfer);
      }
      if (transfer.polling && !transfer.crawling && nowNs - transfer.pollSinceNs > CRAWL_NS) {
        crawl(transfer);
      }
      if (!transfer.headSent && nowNs - transfer.startedNs >= stallNs) {
        yieldBlocks(transfer);
      }
      boolean blocked = transfer.headSent && (transfer.sending || transfer.polling);
      if (blocked && nowNs - transfer.progressCheckNs >= PROGRESS_CHECK_NS) {
        transfer.progressCheckNs = nowNs;
        checkProgress(transfer);
      }
    }
  }

  /** Aborts everything. */
  public void abortAll(int reason, long nowNs) {
    this.nowNs = nowNs;
    for (Transfer transfer : transfers) {
      if (transfer.active && !transfer.aborting) {
        abort(transfer, reason);
      }
    }
  }

  /** Transfers under way. */
  public int activeCount() {
    return activeCount;
  }

  /** Blocks of transfers whose client takes nothing at present; such clients are to hold none. */
  public int blocksOfBlocked() {
    int blocksHeld = 0;
    for (Transfer transfer : transfers) {
      blocksHeld += transfer.active && transfer.polling ? transfer.queueCount : 0;
    }
    return blocksHeld;
  }

  /** Whether another transfer can start. */
  public boolean hasRoom() {
    return freeCount > 0;
  }

  private Transfer claim(int requester, int fd, OpenBlob blob, long now) {
    nowNs = now;
    Transfer transfer = transfers[freeTransfers[--freeCount]];
    activeCount++;
    transfer.active = true;
    transfer.requester = requester;
    transfer.fd = fd;
    transfer.blob = blob;
    transfer.headSent = false;
    transfer.aborting = false;
    transfer.slow = false;
    transfer.crawling = false;
    transfer.readBytes = blocks.blockBytes();
    transfer.startedNs = now;
    transfer.progressNs = now;
    transfer.progressCheckNs = now;
    transfer.handedBytes = 0;
    transfer.acknowledged = 0;
    transfer.grantedSendBuffer = 0;
    return transfer;
  }

  private void pump(Transfer transfer) {
    readAhead(transfer);
    send(transfer);
  }

  private void readAhead(Transfer transfer) {
    if (transfer.polling || transfer.aborting || waiting.contains(transfer.index)) {
      return;
    }
    int depth = transfer.slow ? 1 : Math.clamp(blocks.count() / Math.max(1, activeCount), 1, DEPTH);
    while (transfer.queueCount < depth && transfer.readPosition < transfer.end) {
      boolean othersFirst = !waiting.isEmpty() && transfer.queueCount > 0;
      int block = othersFirst ? -1 : acquireUnkept();
      if (block < 0) {
        waitForBlock(transfer);
        return;
      }
      startRead(transfer, block);
    }
  }

  /** Takes a free block unless it is kept for a composed response; -1 when there is none. */
  private int acquireUnkept() {
    return composedWaiting && blocks.freeCount() <= 1 ? -1 : blocks.acquire();
  }

  private void startRead(Transfer transfer, int block) {
    transfer.readPosition =
        reads.start(
            block,
            transfer.index,
            transfer.blob,
            transfer.readPosition,
            transfer.end,
            transfer.readBytes);
    transfer.pushBlock(block);
    reportBlocks();
  }

  private void onRead(int block, int result) {
    int outcome = reads.onRead(block, result);
    switch (outcome) {
      case BlockReads.FILLED -> send(transfers[reads.transferOf(block)]);
      case BlockReads.ORPHANED -> blockReleased();
      case BlockReads.FILE_SHRANK ->
          abort(transfers[reads.transferOf(block)], AbortReason.BLOB_SHRANK);
      case BlockReads.FAILED -> abort(transfers[reads.transferOf(block)], AbortReason.READ_ERROR);
      default -> {}
    }
  }

  private void send(Transfer transfer) {
    boolean idle = !transfer.sending && !transfer.polling && !transfer.aborting;
    if (!idle
        || !transfer.headSent
        || transfer.queueCount == 0
        || !reads.isFilled(transfer.headBlock())) {
      return;
    }
    int block = transfer.headBlock();
    long blockEnd = reads.end(block);
    int skip = (int) (transfer.sendPosition - reads.begin(block));
    int length = (int) (blockEnd - transfer.sendPosition);
    int flags = (transfer.slow ? MSG_DONTWAIT : 0) | (blockEnd < transfer.end ? MSG_MORE : 0);
    transfer.sending = true;
    transfer.cancelling = false;
    transfer.sendSinceNs = nowNs;
    blocks.handOver(block, TransferBlocks.KERNEL_SEND);
    ring.send(
        transfer.fd, blocks.address(block) + skip, length, flags, userData(OP_SEND, transfer));
  }

  private void onSend(Transfer transfer, int result) {
    int block = transfer.headBlock();
    blocks.takeBack(block, TransferBlocks.KERNEL_SEND);
    transfer.sending = false;
    boolean cancelled = transfer.cancelling;
    transfer.cancelling = false;
    if (transfer.aborting) {
      dropBlocks(transfer);
      endIfQuiet(transfer);
      return;
    }
    boolean blocked =
        result == -Errno.EAGAIN || result == -Errno.ECANCELED || result == -Errno.EINTR;
    if (result <= 0 && !blocked) {
      abort(transfer, AbortReason.CLIENT_GONE);
      return;
    }
    int sent = Math.max(0, result);
    transfer.sendPosition += sent;
    transfer.handedBytes += sent;
    metrics.bytesServed(transfer.blob == null ? ByteSource.MEMORY : ByteSource.DISK, sent);
    boolean blockDone = transfer.sendPosition == reads.end(block);
    if (blockDone) {
      transfer.popHead();
      blocks.release(block);
      blockReleased();
      rebalance(transfer);
      if (transfer.slow) {
        transfer.readBytes = Math.min(transfer.readBytes * 2, blocks.blockBytes());
      }
    } else if (transfer.blob != null && (transfer.slow || (cancelled && sent == 0))) {
      becomeSlow(transfer, sent);
      return;
    }
    if (transfer.sendPosition == transfer.end) {
      complete(transfer);
    } else {
      pump(transfer);
    }
  }

  private void cancelSend(Transfer transfer) {
    transfer.cancelling = true;
    ring.cancel(userData(OP_SEND, transfer), userData(OP_CANCEL, transfer));
  }

  /** Lets go of all blocks and waits until the socket takes bytes again. */
  private void becomeSlow(Transfer transfer, int sent) {
    transfer.slow = true;
    transfer.pollSinceNs = nowNs;
    int fitting = (sent + ALIGNMENT - 1) & -ALIGNMENT;
    transfer.readBytes = Math.min(Math.max(fitting, SLOW_READ_BYTES), blocks.blockBytes());
    metrics.bufferRevoked();
    yieldBlocks(transfer);
    transfer.polling = true;
    ring.pollAdd(transfer.fd, POLLOUT, userData(OP_POLL, transfer));
  }

  /** Gives all blocks back, and stops to wait for more; what was read can be read again. */
  private void yieldBlocks(Transfer transfer) {
    transfer.readPosition = transfer.sendPosition;
    waiting.remove(transfer.index);
    dropBlocks(transfer);
  }

  /** The socket takes bytes again: a slow client may have caught up, or merely crawl on. */
  private void reconsider(Transfer transfer) {
    long blockedNs = nowNs - transfer.pollSinceNs;
    if (blockedNs < CAUGHT_UP_NS && waiting.isEmpty()) {
      transfer.slow = false;
      transfer.readBytes = blocks.blockBytes();
      if (transfer.crawling) {
        transfer.crawling = false;
        transfer.grantedSendBuffer =
            sendBuffers.replace(transfer.fd, transfer.grantedSendBuffer, activeCount);
      }
    }
  }

  /** A client that takes next to nothing must not keep others from their part of the budget. */
  private void crawl(Transfer transfer) {
    transfer.crawling = true;
    transfer.grantedSendBuffer = sendBuffers.cut(transfer.fd, transfer.grantedSendBuffer);
  }

  /** Follows the number of transfers with the send buffer, between blocks. */
  private void rebalance(Transfer transfer) {
    if (!transfer.crawling) {
      transfer.grantedSendBuffer =
          sendBuffers.rebalance(transfer.fd, transfer.grantedSendBuffer, activeCount);
    }
  }

  private void onPoll(Transfer transfer, int result) {
    transfer.polling = false;
    if (transfer.aborting) {
      endIfQuiet(transfer);
    } else if (result < 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
      abort(transfer, AbortReason.CLIENT_GONE);
    } else {
      reconsider(transfer);
      pump(transfer);
    }
  }

  private void checkProgress(Transfer transfer) {
    long acknowledged = transfer.handedBytes - sockets.outstandingBytes(transfer.fd);
    if (acknowledged > transfer.acknowledged) {
      transfer.acknowledged = acknowledged;
      transfer.progressNs = nowNs;
    } else if (nowNs - transfer.progressNs > progressTimeoutNs) {
      abort(transfer, AbortReason.SLOW_CLIENT);
    }
  }

  private void complete(Transfer transfer) {
    metrics.transferCompleted(nowNs - transfer.startedNs, transfer.handedBytes);
    int requester = transfer.requester;
    free(transfer);
    listener.onTransferComplete(requester);
  }

  private void abort(Transfer transfer, int reason) {
    if (transfer.aborting) {
      return;
    }
    transfer.aborting = true;
    transfer.abortReason = reason;
    waiting.remove(transfer.index);
    if (transfer.sending && !transfer.cancelling) {
      cancelSend(transfer);
    }
    if (transfer.polling) {
      ring.cancel(userData(OP_POLL, transfer), userData(OP_CANCEL, transfer));
    }
    if (!transfer.sending) {
      dropBlocks(transfer);
    }
    endIfQuiet(transfer);
  }

  private void endIfQuiet(Transfer transfer) {
    if (transfer.sending || transfer.polling) {
      return;
    }
    metrics.transferAborted(transfer.abortReason);
    int requester = transfer.requester;
    int reason = transfer.abortReason;
    free(transfer);
    listener.onTransferAborted(requester, reason);
  }

  private void free(Transfer transfer) {
    sendBuffers.giveBack(transfer.fd, transfer.grantedSendBuffer);
    transfer.generation++;
    transfer.active = false;
    activeCount--;
    if (transfer.blob != null) {
      blobs.release(transfer.blob, nowNs);
      transfer.blob = null;
    }
    freeTransfers[freeCount++] = transfer.index;
  }

  /** Gives all blocks back; one that is still being read follows when the kernel is done. */
  private void dropBlocks(Transfer transfer) {
    while (transfer.queueCount > 0) {
      reads.drop(transfer.popLast());
    }
    blockReleased();
  }

  private void waitForBlock(Transfer transfer) {
    waiting.add(transfer.index);
    transfer.waitSinceNs = nowNs;
    metrics.poolWait();
  }

  /** Gives free blocks to the transfers that have waited longest; they queue again for more. */
  private void blockReleased() {
    int block = waiting.isEmpty() ? -1 : acquireUnkept();
    while (block >= 0) {
      Transfer transfer = transfers[waiting.poll()];
      metrics.poolWaitNs(nowNs - transfer.waitSinceNs);
      startRead(transfer, block);
      block = waiting.isEmpty() ? -1 : acquireUnkept();
    }
    reportBlocks();
  }

  private void reportBlocks() {
    metrics.poolInUse(blocks.count() - blocks.freeCount());
  }

  private static long userData(int operation, Transfer transfer) {
    return UserData.pack(operation, transfer.generation, transfer.index);
  }
}
