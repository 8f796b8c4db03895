package io.sluice.server.relay;

import io.sluice.server.metrics.LoopMetrics;

/** One request to one peer, on a connection of its own. State only; {@link Calls} acts on it. */
final class Call {
  static final int FREE = 0;
  static final int CONNECTING = 1;
  static final int REQUESTING = 2;
  static final int READING_HEAD = 3;

  /** A good head has come; the body follows, or the call is over. */
  static final int ANSWERED = 4;

  /** Closes as soon as nothing is in flight. */
  static final int CLOSING = 5;

  static final int NO_BLOCK = -1;

  final int index;
  final PeerAddress address = new PeerAddress();
  int generation;
  int state = FREE;

  /** Whom it works for; null when nobody waits for it any more. */
  Fetch fetch;

  /** Number of the peer in the fetch's candidates. */
  int candidate;

  /** Place of the peer in the scores. */
  int score;

  int fd = -1;

  /** The connection has served an earlier call: the peer may have closed it meanwhile. */
  boolean reused;

  boolean connecting;
  boolean sendingRequest;
  boolean receiving;

  /** What is in flight as receiving is a wait for the socket to be readable. */
  boolean polling;

  int requestLength;
  int requestSent;
  int headHave;
  int headScanned;

  /** Bytes of the body that came along with the head. */
  int prefixOffset;

  int prefixLength;

  /** The block that the body is received into; {@link #NO_BLOCK} without a receive in flight. */
  int block = NO_BLOCK;

  /** Bytes in front of the block that are there already. */
  int blockFilled;

  /** Bytes of the body that are still to come, those in the prefix included. */
  long toReceive;

  /** So many of them come before what is wanted. */
  long toSkip;

  /** The connection can be used again when the body has been received. */
  boolean keepAlive;

  /** Another peer had been asked already when this one was. */
  boolean races;

  /** {@code SO_RCVBUF} of the connection. */
  int receiveBufferBytes;

  /** {@code SO_RCVLOWAT} of the connection. */
  int lowWater = 1;

  /** The present receive has been told to wait for nothing but the next byte. */
  boolean trickles;

  long startedNs;

  /** When the present step began: connecting, requesting, or receiving a piece of the body. */
  long sinceNs;

  long bodyBytes;
  long waitedNs;

  /** The same for the pieces that the peer's pace is judged by. */
  long paceBytes;

  long paceNs;

  Call(int index) {
    this.index = index;
  }

  /** Begins to work for a fetch. */
  void begin(Fetch caller, int candidateOfCaller, long nowNs) {
    fetch = caller;
    candidate = candidateOfCaller;
    startedNs = nowNs;
    sinceNs = nowNs;
    bodyBytes = 0;
    waitedNs = 0;
    paceBytes = 0;
    paceNs = 0;
  }

  /** So many bytes that its fetch wants have come. */
  void delivered(int bytes, LoopMetrics metrics) {
    metrics.deliveredFromPeer(
        fetch.digest, address.high, address.low, address.familyAndPort, bytes);
  }

  boolean quiet() {
    return !connecting && !receiving && !sendingRequest;
  }
}
