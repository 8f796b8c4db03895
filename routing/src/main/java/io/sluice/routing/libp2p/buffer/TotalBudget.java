package io.sluice.routing.libp2p.buffer;

/** Memory of a whole host for bytes that wait. Used by one thread. */
public final class TotalBudget {
  private final long bytesMax;
  private final Runnable relief;
  private long used;

  /**
   * A budget of which nothing is used.
   *
   * @param bytesMax its size
   * @param relief called when it is exhausted; to release what the largest user has
   */
  public TotalBudget(long bytesMax, Runnable relief) {
    this.bytesMax = bytesMax;
    this.relief = relief;
  }

  /** Bytes that are in use. */
  public long used() {
    return used;
  }

  boolean reserve(int bytes) {
    if (used + bytes > bytesMax) {
      relief.run();
    }
    if (used + bytes > bytesMax) {
      return false;
    }
    used += bytes;
    return true;
  }

  void release(int bytes) {
    used -= bytes;
  }
}
