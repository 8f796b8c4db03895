package io.sluice.ring.simulation;

import java.util.PriorityQueue;

/**
 * Time that passes only when an event is run. Events at the same instant run in the order in which
 * they were scheduled, so a run depends on nothing but its seed.
 */
public final class VirtualClock {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNs;
  private long scheduledCount;

  /** Nanoseconds of virtual time since the kernel was made. */
  public long nowNs() {
    return nowNs;
  }

  /**
   * Runs {@code action} once, {@code delayNs} from now; a delay that would overflow the clock means
   * the end of time.
   *
   * @return the event, which may be cancelled until it has run
   */
  Event schedule(long delayNs, Runnable action) {
    long timeNs = nowNs + Math.max(0, delayNs);
    if (timeNs < nowNs) {
      timeNs = Long.MAX_VALUE;
    }
    Event event = new Event(timeNs, scheduledCount++, action);
    events.add(event);
    return event;
  }

  /** Advances to the next event and runs it; false when there is none. */
  boolean runNext() {
    dropCancelled();
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    nowNs = event.timeNs;
    Runnable action = event.action;
    event.action = null;
    action.run();
    return true;
  }

  /** Runs all events up to and including {@code timeNs} and leaves the clock there. */
  void runUntil(long timeNs) {
    while (nextTimeNs() <= timeNs && runNext()) {}
    nowNs = Math.max(nowNs, timeNs);
  }

  /** When the next event is due; {@link Long#MAX_VALUE} when there is none. */
  long nextTimeNs() {
    dropCancelled();
    Event event = events.peek();
    return event == null ? Long.MAX_VALUE : event.timeNs;
  }

  private void dropCancelled() {
    while (!events.isEmpty() && events.peek().action == null) {
      events.poll();
    }
  }

  /** Something that will happen at a fixed virtual time. */
  static final class Event implements Comparable<Event> {
    private final long timeNs;
    private final long sequence;
    private Runnable action;

    private Event(long timeNs, long sequence, Runnable action) {
      this.timeNs = timeNs;
      this.sequence = sequence;
      this.action = action;
    }

    /** Makes the event not happen; nothing when it has run already. */
    void cancel() {
      action = null;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(timeNs, other.timeNs);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
