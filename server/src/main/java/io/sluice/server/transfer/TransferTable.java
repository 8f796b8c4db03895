package io.sluice.server.transfer;

/** The transfers of one loop, all created at start. */
final class TransferTable {
  private final BodySlots slots;
  private final Transfer[] transfers;
  private final int[] freeStack;
  private int freeCount;

  TransferTable(BodySlots slots) {
    this.slots = slots;
    int capacity = slots.capacity();
    transfers = new Transfer[capacity];
    freeStack = new int[capacity];
    for (int i = capacity - 1; i >= 0; i--) {
      transfers[i] = new Transfer(i);
      freeStack[freeCount++] = i;
    }
  }

  /** A slot for a new transfer, reset; there must be one. */
  Transfer claim(int requester, int fd, OpenBlob blob, long nowNs) {
    slots.takeTransfer();
    Transfer transfer = transfers[freeStack[--freeCount]];
    transfer.active = true;
    transfer.requester = requester;
    transfer.fd = fd;
    transfer.blob = blob;
    transfer.local = false;
    transfer.headSent = false;
    transfer.aborting = false;
    transfer.draining = false;
    transfer.laggard = false;
    transfer.sendBlock = -1;
    transfer.ownBlock = -1;
    transfer.source = -1;
    transfer.residentEnd = 0;
    transfer.startedNs = nowNs;
    transfer.progressNs = nowNs;
    transfer.progressCheckNs = nowNs;
    transfer.handedBytes = 0;
    transfer.acknowledged = 0;
    return transfer;
  }

  /** Gives a slot back; what still arrives for its old use is recognised by the generation. */
  void free(Transfer transfer) {
    slow(transfer, false);
    transfer.generation++;
    transfer.active = false;
    transfer.blob = null;
    slots.giveTransfer();
    freeStack[freeCount++] = transfer.index;
  }

  /** Blocks of transfers that wait for their socket. */
  int blocksOfBlocked() {
    int blocks = 0;
    for (Transfer transfer : transfers) {
      boolean holds = transfer.convoy != null || transfer.ownBlock >= 0;
      blocks += transfer.active && transfer.polling && holds ? 1 : 0;
    }
    return blocks;
  }

  Transfer get(int index) {
    return transfers[index];
  }

  int capacity() {
    return transfers.length;
  }

  int activeCount() {
    return transfers.length - freeCount;
  }

  /** Bodies that share the send budget: relays, too, and nobody whose client is slow. */
  int sharers() {
    return slots.sharers();
  }

  /** Notes whether the transfer's client keeps up. */
  void slow(Transfer transfer, boolean slow) {
    if (slow && !transfer.slow) {
      slots.takeSlow();
    } else if (!slow && transfer.slow) {
      slots.giveSlow();
    }
    transfer.slow = slow;
  }

  boolean hasRoom() {
    return slots.hasTransferRoom();
  }
}
