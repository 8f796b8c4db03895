package io.sluice.server.relay;

import io.sluice.server.config.Limits;

/**
 * Shares out the memory in which the kernel keeps what peers have sent ({@code SO_RCVBUF}). Each
 * connection gets a quarter of what is left, as a power of two: few connections get much, and the
 * sum is at most the budget and the smallest buffer for each connection beyond it. So their number
 * is bounded, too: one for each relay, and a few that race for an answer.
 */
public final class ReceiveBudget {
  /** The kernel doubles {@code SO_RCVBUF} for its own book-keeping ({@code socket(7)}). */
  private static final int KERNEL_FACTOR = 2;

  private static final int PARTS = 4;

  private final long budgetBytes;
  private final int minBytes;
  private final int maxBytes;
  private long grantedBytes;
  private int racing;

  /**
   * Creates a budget.
   *
   * @param budgetBytes the sum to share out; the kernel's doubling is counted
   * @param minBytes smallest {@code SO_RCVBUF}
   * @param maxBytes largest {@code SO_RCVBUF}
   */
  ReceiveBudget(long budgetBytes, int minBytes, int maxBytes) {
    this.budgetBytes = budgetBytes;
    this.minBytes = minBytes;
    this.maxBytes = maxBytes;
  }

  /** The budget of a loop that shares out {@code bytes}. */
  static ReceiveBudget ofLoop(long bytes) {
    return new ReceiveBudget(bytes, Limits.PEER_RECEIVE_MIN_BYTES, Limits.PEER_RECEIVE_MAX_BYTES);
  }

  /** Grants a buffer: the value for {@code SO_RCVBUF}, to be given back with {@link #give}. */
  int take() {
    long part = (budgetBytes - grantedBytes) / KERNEL_FACTOR / PARTS;
    int granted = Math.clamp(Long.highestOneBit(Math.max(1, part)), minBytes, maxBytes);
    grantedBytes += (long) KERNEL_FACTOR * granted;
    return granted;
  }

  /** Gives back what {@link #take} granted. */
  void give(int granted) {
    grantedBytes -= (long) KERNEL_FACTOR * granted;
  }

  /** Whether one more peer may be asked for what another one has been asked for already. */
  boolean mayRace() {
    return racing < Limits.PEER_RACERS_PER_LOOP;
  }

  /** A peer is asked although another one has been, or is not any more. */
  void racing(int change) {
    racing += change;
  }

  /** Bytes that the kernel may hold for the present grants. */
  long grantedBytes() {
    return grantedBytes;
  }

  /** Most kernel memory of what peers have sent, of a node with so many relays and loops. */
  public static long bytesMax(int relays, int loops) {
    ReceiveBudget budget = ofLoop(Limits.PEER_RECEIVE_BUDGET_BYTES / loops);
    int connections = Math.ceilDiv(relays, loops) + Limits.PEER_RACERS_PER_LOOP;
    for (int i = 0; i < connections; i++) {
      budget.take();
    }
    return loops * budget.grantedBytes();
  }
}
