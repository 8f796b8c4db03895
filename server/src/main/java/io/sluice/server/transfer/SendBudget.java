package io.sluice.server.transfer;

/**
 * Shares out the memory that the kernel may hold in the send queues of this loop's bodies.
 *
 * <p>Send queues are charged to the cgroup (version 2) although no part of the process sees them;
 * left to autotuning, 64 clients that never read hold 259 MiB. Everybody has {@code minBytes}; on
 * top of that each sharer gets an equal part of the budget, as far as it goes, so that the sum is a
 * power of two of at most {@code maxBytes}. Who needs no more than the least is no sharer. The sum
 * is at most the budget plus the least for each body.
 */
public final class SendBudget {
  /** The kernel doubles {@code SO_SNDBUF} for its own book-keeping ({@code socket(7)}). */
  private static final int KERNEL_FACTOR = 2;

  private final long budgetBytes;
  private final int minBytes;
  private final int maxBytes;
  private long grantedBytes;

  /** How much of the budget has been granted. */
  private long usedBytes;

  /**
   * Creates a budget.
   *
   * @param budgetBytes what is shared out beyond the least of each; the kernel's doubling of {@code
   *     SO_SNDBUF} is counted
   * @param minBytes smallest {@code SO_SNDBUF}
   * @param maxBytes largest {@code SO_SNDBUF}
   */
  public SendBudget(long budgetBytes, int minBytes, int maxBytes) {
    this.budgetBytes = budgetBytes;
    this.minBytes = minBytes;
    this.maxBytes = maxBytes;
  }

  /** Most that the kernel may hold for so many bodies: the first come when nobody else is there. */
  public static long bytesMax(long budgetBytes, int minBytes, int maxBytes, int bodies) {
    SendBudget budget = new SendBudget(budgetBytes, minBytes, maxBytes);
    for (int i = 0; i < bodies; i++) {
      budget.take(1);
    }
    return budget.grantedBytes();
  }

  /** The smallest {@code SO_SNDBUF}, which everybody has. */
  int least() {
    return minBytes;
  }

  /** The equal part of each of {@code sharers}, as a value for {@code SO_SNDBUF}. */
  public int fairShare(int sharers) {
    long equal = minBytes + budgetBytes / KERNEL_FACTOR / Math.max(1, sharers);
    return Math.clamp(Long.highestOneBit(equal), minBytes, maxBytes);
  }

  /**
   * Grants a send buffer: the value for {@code SO_SNDBUF}, to be given back with {@link #give}.
   *
   * @param sharers how many share the budget, with this one
   */
  public int take(int sharers) {
    long left = minBytes + (budgetBytes - usedBytes) / KERNEL_FACTOR;
    int granted = (int) Math.min(left, fairShare(sharers));
    grantedBytes += (long) KERNEL_FACTOR * granted;
    usedBytes += (long) KERNEL_FACTOR * (granted - minBytes);
    return granted;
  }

  /** Grants the smallest send buffer, for which nobody has to share. */
  int takeLeast() {
    return take(Integer.MAX_VALUE);
  }

  /** Gives back what {@link #take} granted. */
  public void give(int granted) {
    grantedBytes -= (long) KERNEL_FACTOR * granted;
    usedBytes -= (long) KERNEL_FACTOR * (granted - minBytes);
  }

  /** Bytes that the kernel may hold for the present grants. */
  public long grantedBytes() {
    return grantedBytes;
  }
}
