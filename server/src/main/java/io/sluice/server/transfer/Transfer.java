package io.sluice.server.transfer;

/**
 * One range of one blob on its way to one client. State only; {@link Transfers} acts on it.
 *
 * <p>The queue holds the transfer's blocks in file order: being read, read, or (only its head)
 * being sent.
 */
final class Transfer {
  static final int DEPTH_MAX = 8;

  final int index;
  int generation;
  boolean active;
  int requester;
  int fd;
  OpenBlob blob;

  /** Next byte to send. */
  long sendPosition;

  /** Next byte to read. */
  long readPosition;

  /** End of the range, exclusive. */
  long end;

  final int[] queue = new int[DEPTH_MAX];
  int queueHead;
  int queueCount;

  /** The response head has left, bytes may follow. */
  boolean headSent;

  /** A send is with the kernel; its block is owned by it. */
  boolean sending;

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

  int readBytes;
  int grantedSendBuffer;
  long startedNs;
  long sendSinceNs;
  long waitSinceNs;
  long pollSinceNs;
  long progressNs;
  long progressCheckNs;
  long acknowledged;
  long handedBytes;

  Transfer(int index) {
    this.index = index;
  }

  int headBlock() {
    return queue[queueHead];
  }

  int lastBlock() {
    return queue[(queueHead + queueCount - 1) % DEPTH_MAX];
  }

  void pushBlock(int block) {
    queue[(queueHead + queueCount) % DEPTH_MAX] = block;
    queueCount++;
  }

  int popHead() {
    int block = queue[queueHead];
    queueHead = (queueHead + 1) % DEPTH_MAX;
    queueCount--;
    return block;
  }

  int popLast() {
    int block = lastBlock();
    queueCount--;
    return block;
  }
}
