package io.sluice.server.relay;

import io.sluice.server.config.Limits;
import io.sluice.server.control.ControlMessages;
import java.lang.foreign.MemorySegment;

/**
 * The peers that one fetch may ask, in the fetch's memory, and how they have done so far. Who has
 * failed in a way that passes may be asked again after a moment, a few times without progress.
 */
final class Candidates {
  static final int NONE = -1;

  private static final byte READY = 0;
  private static final byte CALLED = 1;
  private static final byte WAITING = 2;
  private static final byte OUT = 3;

  private final MemorySegment memory;
  private final long offset;
  private final PeerAddress address = new PeerAddress();
  private final PeerAddress other = new PeerAddress();
  private final byte[] states = new byte[ControlMessages.PEERS_MAX];
  private final boolean[] passing = new boolean[ControlMessages.PEERS_MAX];
  private final int[] failures = new int[ControlMessages.PEERS_MAX];
  private final long[] retryNs = new long[ControlMessages.PEERS_MAX];
  private int count;
  private boolean undecided;
  private boolean anyFailed;

  /** Candidates at {@code offset}, with room for {@link ControlMessages#PEERS_MAX} peers. */
  Candidates(MemorySegment memory, long offset) {
    this.memory = memory;
    this.offset = offset;
  }

  void clear() {
    count = 0;
    undecided = false;
    anyFailed = false;
  }

  /** Becomes a copy, in memory of its own, in which everybody may be called who may pass. */
  void copyFrom(Candidates from) {
    count = from.count;
    undecided = from.undecided;
    anyFailed = from.anyFailed;
    MemorySegment.copy(
        memory, from.offset, memory, offset, (long) count * ControlMessages.PEER_BYTES);
    for (int i = 0; i < count; i++) {
      states[i] = from.states[i] == OUT ? OUT : READY;
      passing[i] = from.passing[i];
      failures[i] = 0;
    }
  }

  int count() {
    return count;
  }

  /** Where a peer is in memory. */
  long offset(int candidate) {
    return offset + (long) candidate * ControlMessages.PEER_BYTES;
  }

  /**
   * Adds a peer, while there is room or one that is of no use any more gives way. One that is there
   * and has had all its tries gets another one, if it may do better now.
   */
  void add(MemorySegment from, long at) {
    address.read(from, at);
    int place = count;
    for (int i = 0; i < count; i++) {
      other.read(memory, offset(i));
      if (other.is(address)) {
        if (states[i] == OUT && passing[i]) {
          states[i] = READY;
          failures[i] = Limits.PEER_TRIES - 1;
        }
        return;
      }
      place = states[i] == OUT && count == states.length ? i : place;
    }
    if (place < states.length) {
      MemorySegment.copy(from, at, memory, offset(place), ControlMessages.PEER_BYTES);
      states[place] = READY;
      failures[place] = 0;
      count = Math.max(count, place + 1);
    }
  }

  /**
   * The best peer that can be called now; {@link #NONE} without one.
   *
   * @param avoided whether those may be named that are to be avoided while there are others
   */
  int best(PeerScores scores, boolean avoided, long nowNs) {
    int best = NONE;
    long bestCost = Long.MAX_VALUE;
    boolean bestAvoided = true;
    for (int i = 0; i < count; i++) {
      if (!isReady(i, nowNs)) {
        continue;
      }
      address.read(memory, offset(i));
      int score = scores.find(address, nowNs);
      boolean isAvoided = states[i] == WAITING || scores.isAvoided(score, nowNs);
      if (isAvoided && !avoided) {
        continue;
      }
      long cost = scores.costNs(score);
      boolean better = isAvoided == bestAvoided ? cost < bestCost : bestAvoided;
      if (best == NONE || better) {
        best = i;
        bestCost = cost;
        bestAvoided = isAvoided;
      }
    }
    return best;
  }

  private boolean isReady(int candidate, long nowNs) {
    byte state = states[candidate];
    return state == READY || (state == WAITING && nowNs - retryNs[candidate] >= 0);
  }

  /** Whether somebody has failed, and not by saying that he does not have what is wanted. */
  boolean anyFailed() {
    return anyFailed;
  }

  /** Whether somebody can be called later who cannot be called now. */
  boolean mayPass() {
    for (int i = 0; i < count; i++) {
      if (states[i] == WAITING) {
        return true;
      }
    }
    return false;
  }

  /** The peer is being called. */
  void called(int candidate) {
    states[candidate] = CALLED;
  }

  /** The call was not needed in the end; the peer has not failed. */
  void released(int candidate) {
    states[candidate] = READY;
  }

  /** The peer has failed. */
  void failed(int candidate, int failure, long nowNs) {
    passing[candidate] = Failure.mayPass(failure);
    undecided |= passing[candidate];
    anyFailed |= failure != Failure.NOT_FOUND;
    int before = failures[candidate]++;
    if (!passing[candidate] || failures[candidate] >= Limits.PEER_TRIES) {
      states[candidate] = OUT;
    } else {
      states[candidate] = WAITING;
      retryNs[candidate] = nowNs + (Limits.PEER_RETRY_DELAY_NS << before);
    }
  }

  /** The fetch gets on: who has failed for a passing reason has all its tries again. */
  void progressed() {
    for (int i = 0; i < count; i++) {
      if (states[i] != OUT) {
        failures[i] = 0;
      }
    }
  }

  /** There may be others. */
  void mayBeMore() {
    undecided = true;
  }

  /** Whether somebody may have what is wanted though nobody has sent it. */
  boolean undecided() {
    return undecided;
  }
}
