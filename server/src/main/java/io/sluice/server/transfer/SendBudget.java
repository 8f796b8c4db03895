package io.sluice.server.transfer;

/**
 * Shares out the memory that the kernel may hold in the send queues of this loop's transfers.
 *
 * <p>Send queues are charged to the cgroup (version 2) although no part of the process sees them;
 * left to autotuning, 64 clients that never read hold 259 MiB. A transfer gets up to {@code
 * maxBytes}, less when the budget runs low, and never less than {@code minBytes}, so that the sum
 * is at most the budget plus {@code minBytes} for each transfer.
 */
public final class SendBudget {
  private static final int SHARES_KEPT_FREE = 4;

  private final long budgetBytes;
  private final int minBytes;
  private final int maxBytes;
  private long grantedBytes;

  /**
   * Creates a budget.
   *
   * @param budgetBytes the sum to share out; the kernel's doubling of {@code SO_SNDBUF} is counted
   * @param minBytes smallest {@code SO_SNDBUF}
   * @param maxBytes largest {@code SO_SNDBUF}
   */
  public SendBudget(long budgetBytes, int minBytes, int maxBytes) {
    this.budgetBytes = budgetBytes;
    this.minBytes = minBytes;
    this.maxBytes = maxBytes;
  }

  /** Grants a send buffer: the value for {@code SO_SNDBUF}, to be given back with {@link #give}. */
  public int take() {
    long share = Math.max(0, budgetBytes - grantedBytes) / 2 / SHARES_KEPT_FREE;
    int granted = (int) Math.max(minBytes, Math.min(maxBytes, share));
    grantedBytes += 2L * granted;
    return granted;
  }

  /** Grants the smallest send buffer, for a client that does not keep up. */
  public int takeMinimum() {
    grantedBytes += 2L * minBytes;
    return minBytes;
  }

  /** Gives back what {@link #take} or {@link #takeMinimum} granted. */
  public void give(int granted) {
    grantedBytes -= 2L * granted;
  }

  /** Bytes that the kernel may hold for the present grants. */
  public long grantedBytes() {
    return grantedBytes;
  }
}
