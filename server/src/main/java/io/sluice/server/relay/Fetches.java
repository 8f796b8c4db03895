package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.server.config.Limits;
import io.sluice.server.http.PeerResponse;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferBlocks;
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * All fetches of one loop. A fetch calls the best peer as soon as one is known, another one as well
 * when that takes longer than most answers do, and believes the first good head. When the peer
 * fails or stalls in the middle of the body, another one goes on at the byte where it stopped.
 */
final class Fetches implements CallListener {
  private final MemorySegment memory;
  private final TransferBlocks blocks;
  private final FetchListener listener;
  private final LoopMetrics metrics;
  private final long stallNs;
  private final PeerScores scores = new PeerScores();
  private final HeadTimes headTimes = new HeadTimes();
  private final Calls calls;
  private final Fetch[] fetches;
  private final int[] freeFetches;
  private final WaitQueue waiting;
  private int freeCount;

  /** A fetch may have somebody to call since the last {@link #seekAll}. */
  private boolean unsought;

  private long nowNs;

  /**
   * Creates the fetches of a loop.
   *
   * @param memory has {@link Fetch#SCRATCH_BYTES} for each fetch, then {@link Calls#SCRATCH_BYTES}
   *     for each call
   * @param blocks for the bodies
   * @param stallNs a peer that sends nothing for so long is left
   */
  Fetches(
      Ring ring,
      SocketControl sockets,
      TransferBlocks blocks,
      MemorySegment memory,
      FetchListener listener,
      LoopMetrics metrics,
      int capacity,
      int callCapacity,
      long stallNs) {
    this.memory = memory;
    this.blocks = blocks;
    this.listener = listener;
    this.metrics = metrics;
    this.stallNs = stallNs;
    long callsOffset = (long) capacity * Fetch.SCRATCH_BYTES;
    this.calls = new Calls(ring, sockets, memory, callsOffset, callCapacity, scores, this, stallNs);
    this.fetches = new Fetch[capacity];
    this.freeFetches = new int[capacity];
    this.waiting = new WaitQueue(capacity);
    for (int i = capacity - 1; i >= 0; i--) {
      fetches[i] = new Fetch(i, memory, (long) i * Fetch.SCRATCH_BYTES, blocks);
      freeFetches[freeCount++] = i;
    }
  }

  void now(long now) {
    nowNs = now;
    calls.now(now);
  }

  Calls calls() {
    return calls;
  }

  /** Begins a fetch of what {@link Calls#request} holds, for one client; there must be room. */
  Fetch begin() {
    Fetch fetch = fetches[freeFetches[--freeCount]];
    fetch.active = true;
    fetch.relays = 1;
    fetch.candidates.clear();
    fetch.lookupOpen = true;
    fetch.headKnown = false;
    fetch.racing = 0;
    fetch.source = null;
    fetch.hedgeSinceNs = nowNs;
    fetch.progressNs = nowNs;
    long stored = fetch.requestOffset();
    calls.request().store(memory, stored);
    fetch.manifest = PeerRequest.isManifest(memory, stored);
    fetch.headOnly = PeerRequest.isHeadOnly(memory, stored);
    PeerRequest.digest(memory, stored, fetch.digest);
    fetch.byDigest = !fetch.digest.isEmpty();
    return fetch;
  }

  /**
   * The router has named peers, stored as in {@code ControlMessages.PEERS}. The best one is called
   * by {@link #seekAll}, when all are known that were named at once.
   */
  void addPeers(Fetch fetch, MemorySegment from, long offset, int count, int stride) {
    for (int i = 0; i < count; i++) {
      fetch.candidates.add(from, offset + (long) i * stride);
    }
    unsought = true;
  }

  /** To be called when the router's messages have been taken. */
  void seekAll() {
    if (!unsought) {
      return;
    }
    unsought = false;
    for (Fetch fetch : fetches) {
      if (fetch.active) {
        seek(fetch);
      }
    }
  }

  /** The router names no more peers. */
  void lookupEnded(Fetch fetch) {
    fetch.lookupOpen = false;
    unsought = true;
  }

  /** Nobody wants the bytes any more. */
  void end(Fetch fetch) {
    dropRacers(fetch, null);
    if (fetch.source != null) {
      calls.drop(fetch.source);
      fetch.source = null;
    }
    waiting.remove(fetch.index);
    fetch.window.clear();
    fetch.active = false;
    fetch.generation++;
    freeFetches[freeCount++] = fetch.index;
    grantBlocks();
  }

  /** Handles a completion of a call's operation. */
  void onCompletion(int operation, int slot, int result) {
    Call call = calls.get(slot);
    if (operation == Calls.OP_RECEIVE) {
      onReceive(call, result);
    } else {
      calls.onCompletion(operation, call, result);
    }
  }

  /** Asks second peers, finds those that have stopped, tries again those that may be better now. */
  void tick() {
    calls.tick();
    for (Fetch fetch : fetches) {
      if (fetch.active) {
        tick(fetch);
      }
    }
  }

  private void tick(Fetch fetch) {
    if (fetch.lookupOpen && nowNs - fetch.progressNs >= Limits.WORK_TIMEOUT_NS) {
      fetch.lookupOpen = false;
    }
    if (fetch.source != null) {
      if (fetch.source.receiving && nowNs - fetch.source.sinceNs >= stallNs) {
        calls.fail(fetch.source, Failure.STALLED);
      }
    } else if (fetch.racing == 0) {
      seek(fetch);
    } else if (fetch.racing < Fetch.RACERS_MAX
        && nowNs - fetch.hedgeSinceNs >= headTimes.hedgeDelayNs()) {
      int candidate = fetch.candidates.best(scores, true, nowNs);
      if (candidate != Candidates.NONE) {
        call(fetch, candidate);
      }
    }
  }

  /** Sees to it that somebody is asked, or says that nobody is left. */
  private void seek(Fetch fetch) {
    while (fetch.source == null && fetch.racing == 0 && !fetch.isComplete()) {
      boolean avoided = !fetch.lookupOpen || nowNs - fetch.hedgeSinceNs >= headTimes.hedgeDelayNs();
      int candidate = fetch.candidates.best(scores, avoided, nowNs);
      if (candidate == Candidates.NONE) {
        endIfHopeless(fetch);
        return;
      }
      call(fetch, candidate);
    }
  }

  private void endIfHopeless(Fetch fetch) {
    long patienceNs = fetch.headKnown ? Limits.RESUME_PATIENCE_NS : Limits.SEEK_PATIENCE_NS;
    boolean hope =
        fetch.lookupOpen || (fetch.candidates.mayPass() && nowNs - fetch.progressNs < patienceNs);
    if (!hope) {
      listener.onFetchFailed(fetch);
    }
  }

  private void call(Fetch fetch, int candidate) {
    fetch.hedgeSinceNs = nowNs;
    Call call = calls.open(fetch, candidate);
    if (call == null) {
      fetch.candidates.failed(candidate, calls.refusal(), nowNs);
    } else {
      fetch.candidates.called(candidate);
      fetch.racers[fetch.racing++] = call;
    }
  }

  @Override
  public void onAnswer(Call call) {
    Fetch fetch = call.fetch;
    dropRacers(fetch, call);
    long afterNs = nowNs - call.startedNs;
    headTimes.record(afterNs);
    scores.answered(call.score, afterNs);
    fetch.source = call;
    boolean first = !fetch.headKnown;
    if (first) {
      learn(fetch, call);
    }
    if (call.toReceive == 0) {
      sourceDone(fetch);
    }
    if (first) {
      listener.onFetchHead(fetch);
    }
    receive(fetch);
  }

  /** Ends all calls that race for the head but the winner. */
  private void dropRacers(Fetch fetch, Call winner) {
    for (int i = 0; i < fetch.racing; i++) {
      Call racer = fetch.racers[i];
      if (racer != winner) {
        scores.lost(racer.score, nowNs - racer.startedNs);
        fetch.candidates.released(racer.candidate);
        calls.drop(racer);
      }
      fetch.racers[i] = null;
    }
    fetch.racing = 0;
  }

  /** What the first good head says holds for all that follow. */
  private void learn(Fetch fetch, Call call) {
    PeerResponse response = calls.response();
    fetch.headKnown = true;
    fetch.status = response.status();
    boolean partial = fetch.status != 200;
    fetch.sizeBytes = partial ? response.contentRange().size() : response.contentLength();
    fetch.first = partial ? Math.max(0, response.contentRange().first()) : 0;
    fetch.end = fetch.first + (PeerAnswer.hasContent(response) ? response.contentLength() : 0);
    fetch.received = fetch.first;
    if (!fetch.byDigest && response.hasDockerContentDigest()) {
      fetch.digest.copyFrom(response.dockerContentDigest());
    }
    int length = response.contentTypeLength();
    fetch.contentTypeLength = length <= Fetch.CONTENT_TYPE_BYTES_MAX ? length : 0;
    MemorySegment.copy(
        memory,
        response.contentTypeOffset(),
        memory,
        fetch.contentTypeOffset(),
        fetch.contentTypeLength);
  }

  @Override
  public void onFailure(Fetch fetch, Call call, int candidate, int failure) {
    if (call == fetch.source) {
      fetch.source = null;
      waiting.remove(fetch.index);
    } else {
      forgetRacer(fetch, call);
    }
    fetch.candidates.failed(candidate, failure, nowNs);
    seek(fetch);
  }

  private static void forgetRacer(Fetch fetch, Call call) {
    int kept = 0;
    for (int i = 0; i < fetch.racing; i++) {
      Call racer = fetch.racers[i];
      fetch.racers[i] = null;
      if (racer != call) {
        fetch.racers[kept++] = racer;
      }
    }
    fetch.racing = kept;
  }

  private void sourceDone(Fetch fetch) {
    Call call = fetch.source;
    fetch.source = null;
    scores.succeeded(call.score);
    fetch.candidates.released(call.candidate);
    calls.finish(call);
  }

  /** Receives on, if there is room for more. */
  void receive(Fetch fetch) {
    Call call = fetch.source;
    int most = fetch.relays > 1 ? FetchWindow.BLOCKS_MAX : FetchWindow.BLOCKS_MAX / 2;
    boolean idle =
        call == null
            || call.receiving
            || fetch.window.count() >= most
            || waiting.contains(fetch.index);
    if (idle) {
      return;
    }
    boolean othersFirst = !waiting.isEmpty() && fetch.window.count() > 0;
    int block = othersFirst ? Call.NO_BLOCK : blocks.acquire();
    if (block == Call.NO_BLOCK) {
      waiting.add(fetch.index);
      metrics.poolWait();
    } else {
      receiveInto(fetch, block);
    }
  }

  /** Whether a fetch waits for a block. */
  boolean blocksScarce() {
    return !waiting.isEmpty();
  }

  /** To be called when blocks may have become free. */
  void grantBlocks() {
    while (!waiting.isEmpty() && blocks.freeCount() > 0) {
      receiveInto(fetches[waiting.poll()], blocks.acquire());
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

  private void onReceive(Call call, int result) {
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
    fetch.window.add(block, fetch.received, fetch.received + kept);
    fetch.received += kept;
    fetch.progressNs = nowNs;
    fetch.candidates.progressed();
    if (call.toReceive == 0) {
      sourceDone(fetch);
    } else if (isTooSlow(fetch, call)) {
      calls.fail(call, Failure.SLOW);
    }
    listener.onFetchBytes(fetch);
  }

  /** Whether the peer sends so little that another one, which is known, will be faster. */
  private boolean isTooSlow(Fetch fetch, Call call) {
    if (call.paceBytes < Limits.PEER_PACE_BYTES_MIN && call.paceNs < stallNs) {
      return false;
    }
    boolean slow = call.paceBytes < Limits.PEER_PACE_BYTES_MIN;
    call.paceBytes = 0;
    call.paceNs = 0;
    return slow && fetch.candidates.best(scores, false, nowNs) != Candidates.NONE;
  }

  /** Whether any peer of the fetch has said that it is busy. */
  static boolean anyBusy(Fetch fetch) {
    return fetch.candidates.anyBusy();
  }

  /** Closes idle connections to peers, for good. */
  void stop() {
    calls.stop();
  }
}
