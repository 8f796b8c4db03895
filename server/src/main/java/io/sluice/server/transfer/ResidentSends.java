package io.sluice.server.transfer;

/**
 * Sends what is in the page cache from there, a piece for each transfer and turn of the loop. Costs
 * no block and, since somebody else's reads brought the pages in, charges nobody.
 */
final class ResidentSends {
  /** Most bytes that one transfer sends before others have their turn. */
  static final int TURN_BYTES = 256 * 1024;

  private final Residency residency;
  private final ResidentFiles files;
  private final int blockBytes;

  /** Transfers that could send at once and wait for their turn. */
  private final WaitQueue ready;

  private int readyCount;
  private boolean tookAll;

  ResidentSends(Residency residency, ResidentFiles files, int blockBytes, int capacity) {
    this.residency = residency;
    this.files = files;
    this.blockBytes = blockBytes;
    this.ready = new WaitQueue(capacity);
  }

  /** Whether what the transfer sends next is resident, up to the end of a block. */
  boolean isResident(Transfer transfer) {
    if (transfer.sendPosition < transfer.residentEnd) {
      return true;
    }
    long boundary = (transfer.sendPosition / blockBytes + 1) * blockBytes;
    long end = Math.min(boundary, transfer.end);
    if (!residency.isResident(transfer.blob, transfer.sendPosition, end)) {
      return false;
    }
    transfer.residentEnd = end;
    return true;
  }

  /**
   * Sends from the page cache; to be called when {@link #isResident}.
   *
   * @return what {@link ResidentFiles#send} says
   */
  int send(Transfer transfer) {
    int length = (int) Math.min(transfer.residentEnd - transfer.sendPosition, TURN_BYTES);
    int sent = files.send(transfer.fd, transfer.blob.fd, transfer.sendPosition, length);
    tookAll = sent == length;
    return sent;
  }

  /** Whether the socket took all that {@link #send} offered last: it may take more at once. */
  boolean tookAll() {
    return tookAll;
  }

  /** The transfer is to have another turn. */
  void addReady(Transfer transfer) {
    ready.add(transfer.index);
    readyCount++;
  }

  boolean hasReady() {
    return readyCount > 0;
  }

  int readyCount() {
    return readyCount;
  }

  boolean isReady(Transfer transfer) {
    return ready.contains(transfer.index);
  }

  /** Takes the transfer that has waited longest for its turn. */
  int nextReady() {
    readyCount--;
    return ready.poll();
  }

  /** The transfer does not want a turn any more. */
  void forget(Transfer transfer) {
    if (ready.contains(transfer.index)) {
      ready.remove(transfer.index);
      readyCount--;
    }
  }
}
