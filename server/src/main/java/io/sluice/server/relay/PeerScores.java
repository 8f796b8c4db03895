package io.sluice.server.relay;

import io.sluice.server.config.Limits;

/**
 * What one loop has observed of peers: how soon they answer, how fast they send, how many calls
 * this loop has under way with them, and how they have failed. A table of fixed size, four places
 * for each hash; who was not used for longest gives way, and what is old is forgotten.
 */
final class PeerScores {
  /** There is no place for this peer: it counts as unknown. */
  static final int NONE = -1;

  private static final int WAYS = 4;
  private static final int SETS = Limits.PEER_SCORES / WAYS;

  /** What is assumed of a peer that nothing is known of: good things, so that it is tried. */
  private static final long UNKNOWN_HEAD_NS = 1_000_000L;

  private static final long UNKNOWN_BODY_NS = 30_000_000L;

  /** Peers are compared by how long they would take for a layer of this size. */
  private static final long REFERENCE_BYTES = 32L << 20;

  /** Fewer bytes say nothing about throughput. */
  private static final long MEASURED_BYTES_MIN = 1L << 20;

  /** A new observation counts for one part in this many. */
  private static final int SMOOTHING = 4;

  private static final int DOUBLINGS_MAX = 16;

  private final PeerAddress[] addresses = new PeerAddress[Limits.PEER_SCORES];
  private final boolean[] used = new boolean[Limits.PEER_SCORES];
  private final long[] headNs = new long[Limits.PEER_SCORES];
  private final long[] bodyNs = new long[Limits.PEER_SCORES];
  private final int[] calls = new int[Limits.PEER_SCORES];
  private final int[] failures = new int[Limits.PEER_SCORES];
  private final long[] penaltyUntilNs = new long[Limits.PEER_SCORES];
  private final long[] usedNs = new long[Limits.PEER_SCORES];

  PeerScores() {
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = new PeerAddress();
    }
  }

  /** The place of a peer, or {@link #NONE} when nothing is known of it. */
  int find(PeerAddress address, long nowNs) {
    int first = Integer.remainderUnsigned(address.hash(), SETS) * WAYS;
    for (int at = first; at < first + WAYS; at++) {
      if (used[at] && addresses[at].is(address)) {
        if (calls[at] == 0 && nowNs - usedNs[at] >= Limits.PEER_SCORE_EXPIRY_NS) {
          used[at] = false;
          return NONE;
        }
        return at;
      }
    }
    return NONE;
  }

  /** A call to the peer begins; returns its place, which {@link #end} wants back. */
  int begin(PeerAddress address, long nowNs) {
    int at = find(address, nowNs);
    if (at == NONE) {
      at = claim(address);
    }
    if (at != NONE) {
      calls[at]++;
      usedNs[at] = nowNs;
    }
    return at;
  }

  private int claim(PeerAddress address) {
    int first = Integer.remainderUnsigned(address.hash(), SETS) * WAYS;
    int oldest = NONE;
    for (int at = first; at < first + WAYS; at++) {
      if (!used[at]) {
        oldest = at;
        break;
      }
      if (calls[at] == 0 && (oldest == NONE || usedNs[at] - usedNs[oldest] < 0)) {
        oldest = at;
      }
    }
    if (oldest != NONE) {
      used[oldest] = true;
      addresses[oldest].copyFrom(address);
      headNs[oldest] = UNKNOWN_HEAD_NS;
      bodyNs[oldest] = UNKNOWN_BODY_NS;
      failures[oldest] = 0;
      penaltyUntilNs[oldest] = 0;
    }
    return oldest;
  }

  /** A call has ended. */
  void end(int at) {
    if (at != NONE) {
      calls[at]--;
    }
  }

  /** The peer has answered well, so long after it was called. */
  void answered(int at, long afterNs) {
    if (at != NONE) {
      headNs[at] += (afterNs - headNs[at]) / SMOOTHING;
    }
  }

  /** The peer has not answered for so long, when another one was faster. */
  void lost(int at, long afterNs) {
    if (at != NONE && afterNs > headNs[at]) {
      answered(at, afterNs);
    }
  }

  /** The peer has sent {@code bytes} while it was waited for {@code waitedNs} in all. */
  void sent(int at, long bytes, long waitedNs) {
    if (at != NONE && bytes >= MEASURED_BYTES_MIN) {
      long ns = (long) ((double) waitedNs / bytes * REFERENCE_BYTES);
      bodyNs[at] += (ns - bodyNs[at]) / SMOOTHING;
    }
  }

  /** The peer has done all that was asked of it. */
  void succeeded(int at) {
    if (at != NONE) {
      failures[at] = 0;
      penaltyUntilNs[at] = 0;
    }
  }

  /** The peer has failed; it is avoided for a while. */
  void failed(int at, int failure, long nowNs) {
    long penaltyNs = Failure.penaltyNs(failure);
    if (at == NONE || penaltyNs == 0) {
      return;
    }
    int doublings = failure == Failure.BUSY ? 0 : Math.min(failures[at], DOUBLINGS_MAX);
    failures[at]++;
    long untilNs = nowNs + Math.min(penaltyNs << doublings, Limits.PEER_PENALTY_MAX_NS);
    if (penaltyUntilNs[at] == 0 || untilNs - penaltyUntilNs[at] > 0) {
      penaltyUntilNs[at] = untilNs;
    }
  }

  /** Whether the peer is to be avoided while there is another one. */
  boolean isAvoided(int at, long nowNs) {
    return at != NONE && penaltyUntilNs[at] != 0 && nowNs - penaltyUntilNs[at] < 0;
  }

  /** How long the peer is expected to take for a layer, with the load that this loop gives it. */
  long costNs(int at) {
    return at == NONE
        ? UNKNOWN_HEAD_NS + UNKNOWN_BODY_NS
        : (headNs[at] + bodyNs[at]) * (1 + calls[at]);
  }
}
