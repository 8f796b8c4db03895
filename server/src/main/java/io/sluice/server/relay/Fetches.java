package io.sluice.server.relay;

import io.sluice.ring.Ring;
import io.sluice.server.config.Limits;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferBlocks;
import java.lang.foreign.MemorySegment;

/**
 * All fetches of one loop. A fetch calls the best peer as soon as one is known, another one as well
 * when that takes longer than most answers do, and believes the first good head. When the peer
 * fails or stalls in the middle of the body, another one goes on at the byte where it stopped.
 */
final class Fetches implements CallListener {
  private final MemorySegment memory;
  private final FetchListener listener;
  private final LoopMetrics metrics;
  private final long stallNs;
  private final PeerScores scores = new PeerScores();
  private final HeadTimes headTimes = new HeadTimes();
  private final ReceiveBudget budget;
  private final Calls calls;
  private final FetchTable table;
  private final FetchBodies bodies;
  private PipedBodies piped;

  /** A fetch may have somebody to call since the last {@link #seekAll}. */
  private boolean unsought;

  private long nowNs;

  /**
   * Creates the fetches of a loop.
   *
   * @param memory has {@link Fetch#SCRATCH_BYTES} for each fetch, then {@link Calls#SCRATCH_BYTES}
   *     for each call
   * @param blocks for the bodies
   * @param budget what the kernel may keep of what peers send
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
      ReceiveBudget budget,
      long stallNs) {
    this.memory = memory;
    this.budget = budget;
    this.listener = listener;
    this.metrics = metrics;
    this.stallNs = stallNs;
    long callsOffset = (long) capacity * Fetch.SCRATCH_BYTES;
    this.calls =
        new Calls(ring, sockets, memory, callsOffset, callCapacity, scores, this, budget, stallNs);
    this.table = new FetchTable(memory, blocks, capacity);
    this.bodies = new FetchBodies(this, calls, blocks, memory, metrics, capacity);
  }

  void now(long now) {
    nowNs = now;
    calls.now(now);
    bodies.now(now);
  }

  Calls calls() {
    return calls;
  }

  /** How long bodies are piped; set once, before the first fetch. */
  void piped(PipedBodies pipedBodies) {
    piped = pipedBodies;
    bodies.piped(pipedBodies);
  }

  FetchBodies bodies() {
    return bodies;
  }

  Fetch get(int index) {
    return table.all()[index];
  }

  /** Begins a fetch of what {@link Calls#request} holds, for one client; there must be room. */
  Fetch begin() {
    return table.begin(calls.request(), nowNs);
  }

  /** As {@link FetchTable#shared}. */
  Fetch shared(DigestKey digest, ByteRange rangeOrNull) {
    return table.shared(digest, rangeOrNull);
  }

  /** As {@link FetchTable#split}. */
  Fetch split(Fetch fetch, long position) {
    return table.split(fetch, position, nowNs);
  }

  /** Lets go of everything until {@link #resume}: the client takes nothing. */
  void pause(Fetch fetch, long position) {
    letGo(fetch);
    fetch.received = position;
    fetch.paused = true;
    bodies.grantBlocks();
  }

  /** Goes on where it has stopped. */
  void resume(Fetch fetch) {
    fetch.paused = false;
    fetch.progressNs = nowNs;
    seek(fetch);
  }

  private void letGo(Fetch fetch) {
    dropRacers(fetch, null);
    if (fetch.source != null) {
      fetch.candidates.released(fetch.source.candidate);
      calls.drop(fetch.source);
      fetch.source = null;
    }
    bodies.forget(fetch);
    fetch.window.clear();
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
    for (Fetch fetch : table.all()) {
      if (fetch.active) {
        seek(fetch);
      }
    }
  }

  /** The router names no more peers, though there may be others when it says so. */
  void lookupEnded(Fetch fetch, boolean othersMayHaveIt) {
    fetch.lookupOpen = false;
    if (othersMayHaveIt) {
      fetch.candidates.mayBeMore();
    }
    unsought = true;
  }

  /** Nobody wants the bytes any more. */
  void end(Fetch fetch) {
    letGo(fetch);
    table.free(fetch);
    bodies.grantBlocks();
  }

  /** Handles a completion of a call's operation. */
  void onCompletion(int operation, int slot, int result) {
    Call call = calls.get(slot);
    if (operation == Calls.OP_RECEIVE) {
      bodies.onReceive(call, result);
    } else if (operation == Calls.OP_READABLE) {
      piped.onReadable(call, result);
    } else {
      calls.onCompletion(operation, call, result);
    }
  }

  /** Asks second peers, finds those that have stopped, tries again those that may be better now. */
  void tick() {
    calls.tick();
    for (Fetch fetch : table.all()) {
      if (fetch.active && !fetch.paused) {
        tick(fetch);
      }
    }
  }

  private void tick(Fetch fetch) {
    if (fetch.lookupOpen && nowNs - fetch.lookupSinceNs >= Limits.WORK_TIMEOUT_NS) {
      lookupEnded(fetch, true);
    }
    if (fetch.source != null) {
      checkSource(fetch.source);
    } else if (fetch.racing == 0) {
      seek(fetch);
    } else if (fetch.racing < Fetch.RACERS_MAX
        && budget.mayRace()
        && nowNs - fetch.hedgeSinceNs >= headTimes.hedgeDelayNs()) {
      int candidate = fetch.candidates.best(scores, true, nowNs);
      if (candidate != Candidates.NONE) {
        metrics.peerHedged();
        call(fetch, candidate);
      }
    }
  }

  private void checkSource(Call source) {
    long waitedNs = source.receiving ? nowNs - source.sinceNs : 0;
    if (waitedNs >= stallNs) {
      calls.fail(source, Failure.STALLED);
    } else if (waitedNs >= Limits.PEER_FILL_NS && !source.trickles) {
      calls.trickles(source);
    }
  }

  /** Sees to it that somebody is asked, or says that nobody is left. */
  private void seek(Fetch fetch) {
    while (fetch.source == null && fetch.racing == 0 && !fetch.isComplete() && !fetch.paused) {
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
        fetch.lookupOpen
            || lookAgain(fetch)
            || (fetch.candidates.mayPass() && nowNs - fetch.progressNs < patienceNs);
    if (!hope) {
      fetch.failed = true;
      listener.onFetchFailed(fetch);
    }
  }

  /**
   * Asks the router once more, as soon as all have failed whom it has named: who has got the same
   * meanwhile is known to it, but not to us.
   */
  private boolean lookAgain(Fetch fetch) {
    if (fetch.lookedAgain || !(fetch.headKnown || fetch.candidates.anyFailed())) {
      return false;
    }
    fetch.lookedAgain = true;
    fetch.lookupOpen = true;
    fetch.lookupSinceNs = nowNs;
    fetch.lookupOpen = listener.onPeersWanted(fetch);
    return fetch.lookupOpen;
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
      fetch.learn(calls.response(), memory);
    }
    fetch.inBlocksFrom = fetch.received;
    if (call.toReceive == 0) {
      sourceDone(fetch);
    }
    if (first) {
      listener.onFetchHead(fetch);
    }
    bodies.receive(fetch);
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

  @Override
  public void onFailure(Fetch fetch, Call call, int candidate, int failure) {
    metrics.peerCallFailed();
    if (call == fetch.source) {
      metrics.peerReplaced();
      fetch.source = null;
      fetch.piped = false;
      bodies.forget(fetch);
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
    fetch.piped = false;
    scores.succeeded(call.score);
    fetch.candidates.released(call.candidate);
    calls.finish(call);
  }

  /** {@code bytes} of the body have gone into a pipe; {@code call} is where they came from. */
  void onPiped(Fetch fetch, Call call, int bytes) {
    call.toReceive -= bytes;
    call.bodyBytes += bytes;
    call.paceBytes += bytes;
    fetch.received += bytes;
    progressed(fetch, call);
  }

  /** A block with more bytes is in the window; {@code call} is where they came from. */
  void onBytes(Fetch fetch, Call call) {
    progressed(fetch, call);
    listener.onFetchBytes(fetch);
  }

  private void progressed(Fetch fetch, Call call) {
    fetch.progressNs = nowNs;
    fetch.lookedAgain = false;
    fetch.candidates.progressed();
    if (call.toReceive == 0) {
      sourceDone(fetch);
    } else if (isTooSlow(fetch, call)) {
      calls.fail(call, Failure.SLOW);
    }
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

  /** Closes idle connections to peers, for good. */
  void stop() {
    calls.stop();
  }
}
