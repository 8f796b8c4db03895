package io.sluice.routing.host.memory;

import io.sluice.routing.host.Scheduler;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Time that passes only when it is told to: tasks run in order of their time, on this thread. */
public final class VirtualScheduler implements Scheduler {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nowNs = 1_000_000_000L;
  private long sequence;
  private long ran;

  private static final class Task implements Timer, Comparable<Task> {
    final long atNs;
    final long order;
    Runnable work;

    Task(long atNs, long order, Runnable work) {
      this.atNs = atNs;
      this.order = order;
      this.work = work;
    }

    @Override
    public void cancel() {
      work = null;
    }

    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  /** Tasks run so far. */
  public long ran() {
    return ran;
  }

  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  @Override
  public Timer schedule(long delayNs, Runnable task) {
    Task scheduled = new Task(nowNs + Math.max(0, delayNs), sequence++, task);
    tasks.add(scheduled);
    return scheduled;
  }

  /** Lets time pass. */
  public void runFor(long durationNs) {
    runUntil(() -> false, durationNs);
  }

  /**
   * Lets time pass until something holds.
   *
   * @return whether it does within {@code atMostNs}
   */
  public boolean runUntil(BooleanSupplier condition, long atMostNs) {
    long endNs = nowNs + atMostNs;
    while (!condition.getAsBoolean()) {
      Task next = tasks.peek();
      if (next == null || next.atNs > endNs) {
        nowNs = endNs;
        return condition.getAsBoolean();
      }
      tasks.poll();
      if (next.work != null) {
        nowNs = next.atNs;
        ran++;
        next.work.run();
      }
    }
    return true;
  }
}
