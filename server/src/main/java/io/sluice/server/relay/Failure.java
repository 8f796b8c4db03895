package io.sluice.server.relay;

import io.sluice.server.config.Limits;

/** The ways in which a peer fails, as numbers, and what follows from each. */
final class Failure {
  /** None: the peer does well. */
  static final int NONE = 0;

  /** It does not have what it was said to have: the record was old. */
  static final int NOT_FOUND = 1;

  /** It serves as many as it can (503, 429). */
  static final int BUSY = 2;

  /** It has an error of its own (5xx). */
  static final int ERROR = 3;

  /** Nobody listens there, or there is no way to it. */
  static final int UNREACHABLE = 4;

  /** It did not accept the connection, or did not answer, in time. */
  static final int TIMED_OUT = 5;

  /** It ended the connection. */
  static final int RESET = 6;

  /** It sent nothing of the body for too long. */
  static final int STALLED = 7;

  /** It sent so little of the body that another one will be faster. */
  static final int SLOW = 8;

  /** Its answer is none: malformed, endless, a redirect, or not what was asked for. */
  static final int LIED = 9;

  /** What it has is not what another one has begun to send; who is right cannot be told. */
  static final int MISMATCH = 10;

  /** It has nothing to do with it: this node is out of descriptors. */
  static final int OURS = 11;

  private Failure() {}

  /** How long to avoid the peer when this happens for the first time; it doubles each time. */
  static long penaltyNs(int failure) {
    return switch (failure) {
      case BUSY, ERROR, RESET, SLOW -> Limits.PEER_PENALTY_MIN_NS;
      case TIMED_OUT, STALLED -> 5 * Limits.PEER_PENALTY_MIN_NS;
      case UNREACHABLE -> 10 * Limits.PEER_PENALTY_MIN_NS;
      case LIED -> Limits.PEER_PENALTY_MAX_NS;
      default -> 0;
    };
  }

  /** Whether asking the peer once more for the same thing can help. */
  static boolean mayPass(int failure) {
    return switch (failure) {
      case BUSY, ERROR, TIMED_OUT, RESET, STALLED, SLOW, OURS -> true;
      default -> false;
    };
  }
}
