package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.TransferBlocks;
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * Receives the bodies of one loop's fetches, block by block; fetches take turns when blocks are
 * scarce.
 */
final class FetchBodies {
  private final Fetches fetches;
  private final Calls calls;
  private final TransferBlocks blocks;
  private final MemorySegment memory;
  private final LoopMetrics metrics;
  private final WaitQueue waiting;
  private PipedBodies piped;
  private long nowNs;

  /**
   * Creates it.
   *
   * @param memory holds what came along with heads
   * @param capacity fetches at once
   */
  FetchBodies(
      Fetches fetches,
      Calls calls,
      TransferBlocks blocks,
      MemorySegment memory,
      LoopMetrics metrics,
      int capacity) {
    this.fetches = fetches;
    this.calls = calls;
    this.blocks = blocks;
    this.memory = memory;
    this.metrics = metrics;
    this.waiting = new WaitQueue(capacity);
  }

  void piped(PipedBodies pipedBodies) {
    piped = pipedBodies;
  }

  void now(long now) {
    nowNs = now;
  }

  /** A fetch has lost its source. */
  void forget(Fetch fetch) {
    waiting.remove(fetch.index);
  }

  /** Whether a fetch could receive more, had its clients taken what there is. */
  boolean isHeldUp(Fetch fetch) {
    return isFull(fetch) || waiting.contains(fetch.index);
  }

  private static boolean isFull(Fetch fetch) {
    int most = fetch.relays > 1 ? FetchWindow.BLOCKS_MAX : FetchWindow.BLOCKS_MAX / 2;
    return fetch.window.count() >= most;
  }

  /** Receives on, if there is room for more. */
  void receive(Fetch fetch) {
    Call call = fetch.source;
    if (call == null || call.receiving || isHeldUp(fetch) || fetch.piped) {
      return;
    }
    if (piped.isDue(fetch) && goesByPipe(fetch)) {
      return;
    }
    boolean othersFirst = !waiting.isEmpty() && fetch.window.count() > 0;
    int block = othersFirst ? Call.NO_BLOCK : blocks.acquire();
    if (block == Call.NO_BLOCK && piped.suits(fetch) && goesByPipe(fetch)) {
      return;
    }
    if (block == Call.NO_BLOCK) {
      waiting.add(fetch.index);
      metrics.poolWait();
    } else {
      receiveInto(fetch, block);
    }
  }

  /**
   * Whether the body goes through a pipe now, or will when the client has got what is in blocks.
   */
  private boolean goesByPipe(Fetch fetch) {
    return fetch.window.count() > 0 || piped.begins(fetch);
  }

  /** Whether a fetch waits for a block. */
  boolean blocksScarce() {
    return !waiting.isEmpty();
  }

  /** To be called when blocks may have become free. */
  void grantBlocks() {
    while (!waiting.isEmpty() && blocks.freeCount() > 0) {
      receiveInto(fetches.get(waiting.poll()), blocks.acquire());
    }
  }

  /** Fills a block: with what came along with the head, then from the socket. */
  private void receiveInto(Fetch fetch, int block) {
    Call call = fetch.source;
    call.block = block;
    call.blockFilled = call.prefixLength;
    if (call.prefixLength > 0) {
      MemorySegment.copy(
          memory,
          calls.prefixOffset(call),
          blocks.memory(),
          blocks.offset(block),
          call.prefixLength);
      call.prefixLength = 0;
    }
    if (call.blockFilled == call.toReceive) {
      arrived(fetch, call, call.blockFilled);
    } else {
      submit(call);
    }
  }

  private void submit(Call call) {
    blocks.handOver(call.block, TransferBlocks.KERNEL_READ);
    long room = Math.min(blocks.blockBytes(), call.toReceive) - call.blockFilled;
    calls.receive(call, blocks.address(call.block) + call.blockFilled, (int) room);
  }

  /** A receive has ended. */
  void onReceive(Call call, int result) {
    call.receiving = false;
    blocks.takeBack(call.block, TransferBlocks.KERNEL_READ);
    Fetch fetch = call.fetch;
    if (fetch != null && (result == -Errno.EAGAIN || result == -Errno.EINTR)) {
      submit(call);
    } else if (fetch == null || result <= 0) {
      blocks.release(call.block);
      call.block = Call.NO_BLOCK;
      if (fetch == null) {
        calls.closeIfQuiet(call);
      } else {
        calls.fail(call, Failure.RESET);
      }
      grantBlocks();
    } else {
      long waitedNs = nowNs - call.sinceNs;
      call.bodyBytes += result;
      call.waitedNs += waitedNs;
      call.paceBytes += result;
      call.paceNs += waitedNs;
      arrived(fetch, call, call.blockFilled + result);
    }
  }

  /** A block holds the next {@code count} bytes of the answer. */
  private void arrived(Fetch fetch, Call call, int count) {
    int block = call.block;
    int skipped = (int) Math.min(call.toSkip, count);
    int kept = count - skipped;
    call.toReceive -= count;
    call.toSkip -= skipped;
    if (kept == 0) {
      receiveInto(fetch, block);
      return;
    }
    if (skipped > 0) {
      long start = blocks.offset(block);
      MemorySegment.copy(blocks.memory(), start + skipped, blocks.memory(), start, kept);
    }
    call.block = Call.NO_BLOCK;
    call.delivered(kept, metrics);
    fetch.window.add(block, fetch.received, fetch.received + kept);
    fetch.received += kept;
    fetches.onBytes(fetch, call);
  }
}
