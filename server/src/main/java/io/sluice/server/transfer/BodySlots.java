package io.sluice.server.transfer;

/**
 * The slots that the bodies of one loop share. Each body may have a send buffer of the least size
 * beyond the loop's budget, so it is their number that bounds the kernel's memory, whether they
 * come from the disk or from peers. Some are kept for relays: local clients that stand still do not
 * keep others from what peers have.
 */
public final class BodySlots {
  private static final int KEPT_DIVISOR = 4;

  private final int capacity;
  private final int relaysMax;
  private final int relaysKept;
  private int transfers;
  private int relays;
  private int slow;

  /**
   * Creates free slots.
   *
   * @param capacity bodies at once, all of which may be transfers when nothing can be relayed
   * @param relaysMax how many of them may be relays
   */
  public BodySlots(int capacity, int relaysMax) {
    this.capacity = capacity;
    this.relaysMax = relaysMax;
    this.relaysKept = relaysMax / KEPT_DIVISOR;
  }

  /** Most transfers at once, and most bodies. */
  int capacity() {
    return capacity;
  }

  /** Most relays at once. */
  public int relaysMax() {
    return relaysMax;
  }

  /** Whether a transfer may begin. */
  boolean hasTransferRoom() {
    return transfers + Math.max(relays, relaysKept) < capacity;
  }

  /** Whether a relay may begin. */
  public boolean hasRelayRoom() {
    return relays < relaysMax && transfers + relays < capacity;
  }

  void takeTransfer() {
    transfers++;
  }

  void giveTransfer() {
    transfers--;
  }

  /** A relay begins. */
  public void takeRelay() {
    relays++;
  }

  /** A relay has ended. */
  public void giveRelay() {
    relays--;
  }

  /** A transfer's client does not keep up: the least send buffer is enough for it. */
  void takeSlow() {
    slow++;
  }

  /** A transfer's client has caught up, or left. */
  void giveSlow() {
    slow--;
  }

  /** Bodies under way. */
  int inUse() {
    return transfers + relays;
  }

  /** Bodies that share the send budget. */
  public int sharers() {
    return transfers + relays - slow;
  }
}
