package io.sluice.server.transfer;

/**
 * Shares out the memory that the kernel may hold in the send queues of this loop's transfers.
 *
 * <p>Send queues are charged to the cgroup (version 2) although no part of the process sees them;
 * left to autotuning, 64 clients that never read hold 259 MiB. Each sharer gets an equal part, as a
 * power of two, within what is left of the budget; never more than {@code maxBytes}, never less
 * than {@code minBytes}. The sum is at most the budget plus {@code minBytes} for each sharer.
 */
public final class SendBudget {
  /** The kernel doubles {@code SO_SNDBUF} for its own book-keeping ({@code socket(7)}). */
  private static final int KERNEL_FACTOR = 2;

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

  /**
   * Most that the kernel may hold for so many sharers: the first come when nobody else is there.
   */
  public static long bytesMax(long budgetBytes, int minBytes, int maxBytes, int sharers) {
    SendBudget budget = new SendBudget(budgetBytes, minBytes, maxBytes);
    for (int i = 0; i < sharers; i++) {
      budget.take(1);
    }
    return budget.grantedBytes();
  }

  /** The equal part of each of {@code sharers}, as a value for {@code SO_SNDBUF}. */
  public int fairShare(int sharers) {
    long equal = budgetBytes / KERNEL_FACTOR / Math.max(1, sharers);
    return Math.clamp(Long.highestOneBit(Math.max(1, equal)), minBytes, maxBytes);
  }

  /**
   * Grants a send buffer: the value for {@code SO_SNDBUF}, to be given back with {@link #give}.
   *
   * @param sharers how many share the budget, with this one
   */
  public int take(int sharers) {
    long left = Math.max(0, budgetBytes - grantedBytes) / KERNEL_FACTOR;
    int granted = (int) Math.max(minBytes, Math.min(left, fairShare(sharers)));
    grantedBytes += (long) KERNEL_FACTOR * granted;
    return granted;
  }

  /** Gives back what {@link #take} granted. */
  public void give(int granted) {
    grantedBytes -= (long) KERNEL_FACTOR * granted;
  }

  /** Bytes that the kernel may hold for the present grants. */
  public long grantedBytes() {
    return grantedBytes;
  }
}
