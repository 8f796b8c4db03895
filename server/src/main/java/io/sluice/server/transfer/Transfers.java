package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import java.lang.foreign.MemorySegment;

/**
 * All transfers of one loop: sends what is resident from the page cache, has everything else read
 * into blocks that are shared with others ({@link Convoys}), and keeps clients that do not keep up
 * from holding any.
 *
 * <p>A send that makes no progress for {@link Stalls#STALL_NS} is cancelled: the client counts as
 * slow, its blocks are given back (the bytes are on disk and can be read again), and it waits for
 * its socket to take bytes, which costs nothing.
 */
public final class Transfers implements Convoys.BlockListener {
  /** Operation codes of this component: 0x20 to 0x2f. */
  public static final int OPERATIONS = 0x20;

  static final int OP_READ = 0x20;
  static final int OP_SEND = 0x21;
  static final int OP_POLL = 0x22;
  static final int OP_CANCEL = 0x23;
  static final int OP_ADVISE = 0x24;

  /** Between two calls of {@link #tick} while there are transfers. */
  public static final long TICK_NS = 10_000_000L;

  /** File positions, lengths and addresses of O_DIRECT reads are multiples of this. */
  public static final int ALIGNMENT = BlockReads.ALIGNMENT;

  private final TransferBlocks blocks;
  private final BlockReads reads;
  private final BlockSupply supply;
  private final Convoys convoys;
  private final BlockSends sends;
  private final ResidentSends residentSends;
  private final ClientPace pace;
  private final SocketPolls polls;
  private final Endings endings;
  private final OpenBlobs blobs;
  private final LoopMetrics metrics;
  private final Stalls stalls;
  private final TransferTable table;
  private long nowNs;

  /**
   * Creates the transfers of a loop.
   *
   * @param ring the loop's ring
   * @param sockets non-blocking calls on sockets
   * @param files blob files as far as they are resident
   * @param residency which parts of them are sent as such
   * @param spareCpus where blocks can be sent by somebody else
   * @param blocks the loop's blocks
   * @param sendBuffers what the kernel may queue
   * @param blobs the loop's open blobs
   * @param listener hears how transfers end
   * @param metrics the loop's
   * @param slots shared with the loop's relays
   * @param policy how blobs are read, and how patiently sent
   */
  public Transfers(
      Ring ring,
      SocketControl sockets,
      ResidentFiles files,
      Residency residency,
      SpareCpus spareCpus,
      TransferBlocks blocks,
      SendBuffers sendBuffers,
      OpenBlobs blobs,
      TransferListener listener,
      LoopMetrics metrics,
      BodySlots slots,
      TransferPolicy policy) {
    this.blocks = blocks;
    this.reads =
        new BlockReads(ring, blocks, blobs, metrics, policy.readMode(), policy.dontCache());
    this.supply = new BlockSupply(blocks, reads, metrics, slots.capacity());
    this.convoys = new Convoys(blocks, reads, supply, residency, this, slots.capacity());
    this.sends = new BlockSends(ring, spareCpus, blocks, reads, slots.capacity());
    this.residentSends = new ResidentSends(residency, files, blocks.blockBytes(), slots.capacity());
    this.blobs = blobs;
    this.metrics = metrics;
    this.table = new TransferTable(slots);
    this.pace = new ClientPace(table, sendBuffers, blocks.blockBytes());
    this.polls = new SocketPolls(ring);
    this.endings =
        new Endings(
            table, blocks, convoys, sends, residentSends, polls, pace, blobs, listener, metrics);
    this.stalls =
        new Stalls(
            table,
            supply,
            convoys,
            sends,
            endings,
            new ClientProgress(sockets, policy.progressTimeoutNs()));
  }

  /**
   * Begins to read the range {@code first} to {@code last}, both inclusive; sending begins with
   * {@link #headSent}. The requester's use of the blob passes to the transfer.
   *
   * @param local whether the client is one of this node, no peer
   * @return the transfer, or -1 when all are taken; the blob then stays with the requester
   */
  public int start(
      int requester, int fd, OpenBlob blob, long first, long last, boolean local, long nowNs) {
    if (!table.hasRoom()) {
      return -1;
    }
    now(nowNs);
    Transfer transfer = table.claim(requester, fd, blob, nowNs);
    transfer.sendPosition = first;
    transfer.end = last + 1;
    transfer.local = local;
    pace.begin(transfer, last - first);
    if (!residentSends.isResident(transfer)) {
      // The disk is at work while the head is sent.
      convoys.board(transfer);
    }
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
    if (!table.hasRoom() || length > blocks.blockBytes()) {
      supply.keepForComposed();
      return -1;
    }
    int block = supply.takeForComposed();
    if (block == BlockSupply.NONE) {
      return -1;
    }
    now(nowNs);
    Transfer transfer = table.claim(requester, fd, null, nowNs);
    pace.begin(transfer, length);
    transfer.sendPosition = 0;
    transfer.end = length;
    transfer.headSent = true;
    reads.fill(block, memory, offset, length);
    transfer.ownBlock = block;
    sends.send(transfer, block, nowNs);
    return transfer.index;
  }

  /** Whether a composed response waits for a block. */
  public boolean composedWaiting() {
    return supply.composedWaiting();
  }

  /**
   * To be called before composed responses are tried again: one that is no longer wanted must not
   * keep a block.
   */
  public void forgetComposed() {
    supply.forget();
  }

  /** To be called when composed responses have been tried: others get what these do not need. */
  public void composedTried() {
    if (!supply.composedWaiting()) {
      convoys.settle();
    }
  }

  /** The response head has been handed to the kernel: the body may follow. */
  public void headSent(int index, long nowNs) {
    now(nowNs);
    Transfer transfer = table.get(index);
    transfer.headSent = true;
    pump(transfer);
  }

  /** Ends a transfer early; the listener hears it when nothing is in flight any more. */
  public void abort(int index, int reason, long nowNs) {
    now(nowNs);
    endings.abort(table.get(index), reason);
  }

  /** Handles a completion of this component's operations. */
  public void onCompletion(int operation, int slot, int generation, int result, long nowNs) {
    now(nowNs);
    switch (operation) {
      case OP_READ -> convoys.onRead(slot, result);
      case OP_SEND -> onSend(table.get(slot), result);
      case OP_POLL -> onPoll(table.get(slot), result);
      default -> {}
    }
  }

  /**
   * Finds stalled sends, laggards, and clients without progress; to be called every {@link
   * #TICK_NS} while there are transfers.
   */
  public void tick(long nowNs) {
    now(nowNs);
    convoys.tick();
    stalls.look(nowNs);
  }

  /** Transfers under way. */
  public int activeCount() {
    return table.activeCount();
  }

  /** Blocks of transfers whose client takes nothing at present; such clients are to hold none. */
  public int blocksOfBlocked() {
    return table.blocksOfBlocked();
  }

  /** Whether a transfer could go on at once: the loop must not wait then. */
  public boolean hasReady() {
    return residentSends.hasReady();
  }

  /** Gives each transfer that could go on at once a turn. */
  public void sendReady(long nowNs) {
    now(nowNs);
    for (int i = residentSends.readyCount(); i > 0 && hasReady(); i--) {
      pump(table.get(residentSends.nextReady()));
    }
  }

  /** Hands to the ring what is to be sent; to be called before the loop waits. */
  public void submitSends() {
    sends.submit(nowNs);
  }

  /** Whether another transfer can start. */
  public boolean hasRoom() {
    return table.hasRoom();
  }

  @Override
  public void onBlockReady(Transfer transfer) {
    pump(transfer);
  }

  @Override
  public void onReadFailed(Transfer transfer, int abortReason) {
    endings.abort(transfer, abortReason);
  }

  private void now(long now) {
    nowNs = now;
    convoys.now(now);
    endings.now(now);
  }

  /** Sends what can be sent, or sees to it that there will be something. */
  private void pump(Transfer transfer) {
    if (!isIdle(transfer) || !transfer.headSent || residentSends.isReady(transfer)) {
      return;
    }
    if (transfer.blob == null) {
      sends.send(transfer, transfer.ownBlock, nowNs);
    } else if (transfer.convoy != null && convoys.hasBlock(transfer)) {
      sendBlock(transfer);
    } else if (residentSends.isResident(transfer)) {
      convoys.leave(transfer);
      sendResident(transfer);
    } else if (transfer.convoy == null) {
      convoys.board(transfer);
      sendBlock(transfer);
    } else if (convoys.hop(transfer)) {
      sendBlock(transfer);
    } else {
      convoys.want(transfer);
    }
  }

  private static boolean isIdle(Transfer transfer) {
    return transfer.active && !transfer.sending && !transfer.polling && !transfer.aborting;
  }

  private void sendBlock(Transfer transfer) {
    // Who was called by its convoy meanwhile has gone on already.
    if (!isIdle(transfer) || transfer.convoy == null) {
      return;
    }
    int block = convoys.readyBlock(transfer);
    if (block != BlockSupply.NONE) {
      sends.send(transfer, block, nowNs);
    }
  }

  private void sendResident(Transfer transfer) {
    int sent = residentSends.send(transfer);
    if (sent == 0 || sent == -Errno.EIO) {
      blobs.onUnreadable(transfer.blob, -sent);
      endings.abort(transfer, sent == 0 ? AbortReason.BLOB_SHRANK : AbortReason.READ_ERROR);
    } else if (sent == -Errno.EAGAIN) {
      awaitSocket(transfer);
    } else if (sent < 0) {
      endings.abort(transfer, AbortReason.CLIENT_GONE);
    } else {
      transfer.sendPosition += sent;
      transfer.handedBytes += sent;
      metrics.bytesServed(ByteSource.PAGE_CACHE, sent);
      if (transfer.sendPosition == transfer.end) {
        endings.complete(transfer);
      } else if (residentSends.tookAll()) {
        residentSends.addReady(transfer);
      } else {
        awaitSocket(transfer);
      }
    }
  }

  private void awaitSocket(Transfer transfer) {
    transfer.residentEnd = 0;
    transfer.pollSinceNs = nowNs;
    polls.await(transfer);
  }

  private void onSend(Transfer transfer, int result) {
    long blockEnd = Math.min(reads.end(transfer.sendBlock), transfer.end);
    boolean cancelled = transfer.cancelling;
    boolean freed = sends.end(transfer);
    if (transfer.aborting) {
      endings.endIfQuiet(transfer);
    } else {
      onSent(transfer, result, blockEnd, cancelled);
    }
    if (freed) {
      convoys.settle();
    }
  }

  private void onSent(Transfer transfer, int result, long blockEnd, boolean cancelled) {
    boolean blocked =
        result == -Errno.EAGAIN || result == -Errno.ECANCELED || result == -Errno.EINTR;
    if (result <= 0 && !blocked) {
      endings.abort(transfer, AbortReason.CLIENT_GONE);
      return;
    }
    int sent = Math.max(0, result);
    transfer.sendPosition += sent;
    transfer.handedBytes += sent;
    metrics.bytesServed(transfer.source, sent);
    if (transfer.sendPosition == blockEnd) {
      transfer.source = BlockSupply.NONE;
      pace.onBlockSent(transfer);
    } else if (transfer.blob != null && (transfer.slow || (cancelled && sent == 0))) {
      becomeSlow(transfer, sent);
      return;
    }
    if (transfer.sendPosition == transfer.end) {
      endings.complete(transfer);
      return;
    }
    if (transfer.sendPosition == blockEnd && transfer.convoy != null) {
      convoys.advance(transfer);
    }
    pump(transfer);
  }

  /** Lets go of all blocks and waits until the socket takes bytes again. */
  private void becomeSlow(Transfer transfer, int sent) {
    pace.onStall(transfer, sent, nowNs);
    metrics.bufferRevoked();
    // What was read can be read again.
    transfer.source = BlockSupply.NONE;
    convoys.leave(transfer);
    polls.await(transfer);
  }

  private void onPoll(Transfer transfer, int result) {
    transfer.polling = false;
    if (transfer.aborting) {
      endings.endIfQuiet(transfer);
    } else if (result < 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
      endings.abort(transfer, AbortReason.CLIENT_GONE);
    } else if (transfer.draining) {
      endings.finish(transfer);
    } else {
      pace.onWritable(transfer, supply.isScarce(), convoys.areCrowded(), nowNs);
      pump(transfer);
    }
  }

  static long userData(int operation, Transfer transfer) {
    return UserData.pack(operation, transfer.generation, transfer.index);
  }
}
