package io.sluice.server.loop;

import io.sluice.server.config.Limits;
import org.agrona.concurrent.NanoClock;

/**
 * The time of one loop, by which clients and peers are judged. It goes on by {@link
 * Limits#LOOP_STEP_NS} at most with each turn: whatever has come while the loop had no CPU, or its
 * process was frozen, is looked at before anybody counts as late.
 */
final class LoopClock {
  private final NanoClock clock;
  private long realNs;
  private long nowNs;

  LoopClock(NanoClock clock) {
    this.clock = clock;
    this.realNs = clock.nanoTime();
    this.nowNs = realNs;
  }

  /** A turn begins; returns the loop's time until the next one. */
  long turn() {
    long real = clock.nanoTime();
    nowNs += Math.min(real - realNs, Limits.LOOP_STEP_NS);
    realNs = real;
    return nowNs;
  }

  /** The real time at which the turn has begun, which all loops agree on. */
  long realNs() {
    return realNs;
  }

  /** How long the turn has taken so far, really. */
  long turnNs() {
    return clock.nanoTime() - realNs;
  }
}
