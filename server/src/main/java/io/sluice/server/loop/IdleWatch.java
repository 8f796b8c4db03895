package io.sluice.server.loop;

import java.util.function.LongSupplier;

/**
 * Gives memory back once each time something has been idle for long enough. One thread looks, at a
 * pace of its own.
 */
public final class IdleWatch {
  private final LongSupplier activity;
  private final long idleNs;
  private final Runnable giveBack;
  private long seen;
  private long sinceNs;
  private boolean given;

  /**
   * A watch of what counts as active now.
   *
   * @param activity a number that changes as long as there is something to do
   * @param idleNs how long it has to stand still
   * @param giveBack what to do then
   * @param nowNs the monotonic clock
   */
  public IdleWatch(LongSupplier activity, long idleNs, Runnable giveBack, long nowNs) {
    this.activity = activity;
    this.idleNs = idleNs;
    this.giveBack = giveBack;
    this.seen = activity.getAsLong();
    this.sinceNs = nowNs;
  }

  /** Looks whether there was activity since the last look. */
  public void look(long nowNs) {
    long now = activity.getAsLong();
    if (now != seen) {
      seen = now;
      sinceNs = nowNs;
      given = false;
    } else if (!given && nowNs - sinceNs >= idleNs) {
      given = true;
      giveBack.run();
    }
  }
}
