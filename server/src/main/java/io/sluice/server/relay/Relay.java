package io.sluice.server.relay;

/** One response on its way from a peer to a client. State only; {@link Relays} acts on it. */
final class Relay {
  static final int FREE = 0;
  static final int CONNECTING = 1;
  static final int REQUESTING = 2;
  static final int READING_HEAD = 3;

  /** The peer has answered; the client's head is on its way. */
  static final int ANSWERED = 4;

  static final int STREAMING = 5;

  /** Ends as soon as nothing is in flight. */
  static final int ENDING = 6;

  static final int BLOCKS_MAX = 2;

  final int index;
  int generation;
  int state = FREE;
  int requester;
  int clientFd;
  int peerFd = -1;
  int peer;
  int peerCount;
  int requestLength;
  int requestSent;
  int headHave;
  int headScanned;

  /** Bytes of the body that came along with the head. */
  int prefixOffset;

  int prefixLength;
  long bodyBytes;
  long toReceive;
  long toSend;

  /** Blocks in order: the first is sent, the last is received into. */
  final int[] queue = new int[BLOCKS_MAX];

  final int[] filled = new int[BLOCKS_MAX];
  int queueCount;
  int sentOfHead;

  boolean connecting;
  boolean receiving;
  boolean sendingRequest;
  boolean sending;

  /** All bytes are with the kernel; waits until few are left there. */
  boolean draining;

  boolean retrying;
  int endReason;
  int grantedSendBuffer;
  int outstandingBytes;
  long startedNs;
  long peerSinceNs;
  long clientSinceNs;

  Relay(int index) {
    this.index = index;
  }

  boolean quiet() {
    return !connecting && !receiving && !sendingRequest && !sending && !draining;
  }

  int popHead() {
    int block = queue[0];
    queue[0] = queue[1];
    filled[0] = filled[1];
    queueCount--;
    return block;
  }
}
