package io.sluice.server.node;

import java.util.function.LongSupplier;

/**
 * Gives memory back once each time a node has been idle for long enough. One thread looks, at a
 * pace of its own.
 */
final class IdleWatch {
  private final LongSupplier activity;
  private final long idleNs;
  private final Runnable giveBack;
  private long seen;
  private long sinceNs;
  private boolean given;

  /**
   * A watch of a node that counts as active now.
   *
   * @param activity a number that changes as long as the node serves
   * @param idleNs how long it has to stand still
   * @param giveBack what to do then
   * @param nowNs the monotonic clock
   */
  IdleWatch(LongSupplier activity, long idleNs, Runnable giveBack, long nowNs) {
    this.activity = activity;
    this.idleNs = idleNs;
    this.giveBack = giveBack;
    this.seen = activity.getAsLong();
    this.sinceNs = nowNs;
  }

  /** Looks whether the node has served since the last look. */
  void look(long nowNs) {
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
