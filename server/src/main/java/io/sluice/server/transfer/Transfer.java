package io.sluice.server.transfer;

/** One range of one blob on its way to one client. State only; {@link Transfers} acts on it. */
final class Transfer {
  final int index;
  int generation;
  boolean active;
  int requester;
  int fd;
  OpenBlob blob;

  /** Its client is one of this node, no peer. */
  boolean local;

  /** Next byte to send. */
  long sendPosition;

  /** End of the range, exclusive. */
  long end;

  /** Whom it reads with; null while it sends from the page cache, or nothing. */
  Convoy convoy;

  Transfer nextMember;
  Transfer previousMember;

  /** The slot of its convoy's window that it stands at. */
  long sequence;

  /** The block that is being sent; -1 without a send in flight. */
  int sendBlock;

  /** Where the bytes of the block that it stands at come from: a {@code ByteSource}; -1 not yet. */
  int source;

  /** The block of a composed response, which no convoy has; -1 for none. */
  int ownBlock;

  /** To here the blob was resident when we looked last. */
  long residentEnd;

  /** The response head has left, bytes may follow. */
  boolean headSent;

  /** A send is with the kernel; its block is owned by it. */
  boolean sending;

  /** The send is done by a worker thread of the kernel. */
  boolean sendsAsync;

  /** The send has been asked to stop. */
  boolean cancelling;

  /** Waiting until the socket takes bytes again, without any block. */
  boolean polling;

  /** Ends as soon as nothing is in flight. */
  boolean aborting;

  int abortReason;

  /** The client does not keep up: read little, hold nothing while it blocks. */
  boolean slow;

  /** All bytes are with the kernel; waits, without any block, until few are left there. */
  boolean draining;

  /** How much one read for a slow client asks for. */
  int readBytes;

  int grantedSendBuffer;
  long startedNs;
  long sendSinceNs;

  /** When it sent its last block, or boarded its convoy. */
  long advancedNs;

  /** How long most others of its convoy have waited for it, lately. */
  long blameNs;

  /** It held up a convoy and left; what it has done since {@code observedNs}. */
  boolean laggard;

  long observedNs;
  long observedPosition;
  long pollSinceNs;
  long progressNs;
  long progressCheckNs;
  long acknowledged;
  long handedBytes;

  Transfer(int index) {
    this.index = index;
  }
}
