package io.sluice.server.loop;

import io.sluice.server.transfer.OpenBlob;

/** One client connection: its state, and what is in flight for it. {@link Clients} acts on it. */
final class Connection {
  /** Not in use. */
  static final int FREE = 0;

  /** Nothing received of the next request; holds no memory, or an exchange while they abound. */
  static final int IDLE = 1;

  /** Bytes have come but no exchange is free to receive them. */
  static final int QUEUED = 2;

  /** A request has begun to arrive. */
  static final int READING = 3;

  /** A request waits for the disk or the control plane. */
  static final int WORKING = 4;

  /** A head, or a whole small response, is being sent. */
  static final int RESPONDING = 5;

  /** A transfer sends the body. */
  static final int TRANSFERRING = 6;

  /** A relay fetches the response from a peer. */
  static final int RELAYING = 7;

  /** The last response has been sent; what the client still sends is thrown away. */
  static final int LINGERING = 8;

  /** To be closed as soon as nothing is in flight. */
  static final int CLOSING = 9;

  final int slot;
  int generation;
  int state = FREE;
  int fd = -1;

  /** Where requests are received and heads are composed; null while the connection is idle. */
  Exchange exchange;

  /** Bytes received, from the start of the exchange's request buffer. */
  int have;

  /** How many of them have been searched for the end of the head. */
  int scanned;

  /** Length of the present request's head. */
  int headLength;

  /** Tells answers to this request from late answers to an earlier one. */
  int requestSequence;

  boolean receiving;
  boolean sending;
  boolean polling;
  boolean revoking;

  /** The disk or the control plane will answer; until then the slot must not be reused. */
  boolean awaitingBlob;

  boolean keepAlive;
  boolean headOnly;
  boolean bodyFollows;

  int sendPosition;
  int sendEnd;

  int transfer = -1;
  int relay = -1;

  /** A blob that this connection holds a use of, before a transfer takes it over. */
  OpenBlob blob;

  int route;
  int status;
  long idleSinceNs;
  long requestNs;
  long deadlineNs;
  boolean firstByteReported;

  Connection(int slot) {
    this.slot = slot;
  }

  boolean quiet() {
    return !receiving && !sending && !polling && !awaitingBlob && transfer < 0 && relay < 0;
  }
}
