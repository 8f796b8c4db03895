package io.sluice.server.relay;

import io.sluice.server.http.ByteRange;

/** One response on its way to a client. State only; {@link Relays} acts on it. */
final class Relay {
  static final int FREE = 0;

  /** No peer has answered yet. */
  static final int SEEKING = 1;

  /** A peer has answered; the client's head is on its way. */
  static final int ANSWERED = 2;

  static final int STREAMING = 3;

  /** Ends as soon as nothing is in flight. */
  static final int ENDING = 4;

  static final int NO_BLOCK = -1;

  private static final int PARTIAL_CONTENT = 206;

  final int index;
  int generation;
  int state = FREE;
  int requester;
  int clientFd;

  /** Where its bytes come from; null when it is about to end. */
  Fetch fetch;

  /** Next byte to send. */
  long position;

  long first;

  /** End of what the client gets, exclusive. */
  long end;

  /** The client gets a part only. */
  boolean partial;

  /** Peers were looked for in its name. */
  boolean ownsLookup;

  boolean sending;

  /** The send has been asked to stop, so that the blocks can be given back. */
  boolean yielding;

  /** Waits until the client takes bytes again, without any block. */
  boolean parked;

  /** The pipe that its bytes pass through; {@link PipePool#NONE} while they do so in blocks. */
  long pipe = PipePool.NONE;

  /** Bytes in the pipe: they come next. */
  int inPipe;

  /** Waits until the client takes what is in the pipe. */
  boolean piping;

  /** Since when others who share its fetch have to wait for it; 0 when they do not. */
  long holdSinceNs;

  /** The block that is being sent. */
  int sendBlock = NO_BLOCK;

  /** All bytes are with the kernel; waits until few are left there. */
  boolean draining;

  int endReason;
  int grantedSendBuffer;
  int outstandingBytes;
  long startedNs;
  long clientSinceNs;

  Relay(int index) {
    this.index = index;
  }

  /** The client gets all that is fetched; its size is known. */
  void wantsAll() {
    partial = fetch.status == PARTIAL_CONTENT;
    first = fetch.first;
    end = fetch.end;
    position = first;
  }

  /**
   * The client gets a part of what is fetched; its size is known.
   *
   * @param rangeOrNull null for the whole blob
   */
  void wants(ByteRange rangeOrNull) {
    partial = rangeOrNull != null;
    first = partial ? rangeOrNull.first() : 0;
    end = partial ? rangeOrNull.last() + 1 : fetch.sizeBytes;
    position = first;
  }

  boolean quiet() {
    return !sending && !draining && !parked && !piping;
  }
}
