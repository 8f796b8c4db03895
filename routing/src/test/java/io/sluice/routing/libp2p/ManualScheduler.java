package io.sluice.routing.libp2p;

import io.sluice.routing.host.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A scheduler whose time passes when a test says so. */
final class ManualScheduler implements Scheduler {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Entry> timers = new ArrayList<>();
  private long nowNs = 1;

  private record Entry(long dueNs, Runnable task) {}

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer schedule(long delayNs, Runnable task) {
    Entry entry = new Entry(nowNs + delayNs, task);
    timers.add(entry);
    return () -> timers.remove(entry);
  }

  void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  /** Lets time pass, and everything happen that is due by then. */
  void advance(long ns) {
    long endNs = nowNs + ns;
    runTasks();
    while (true) {
      Entry next = timers.stream().min(Comparator.comparingLong(Entry::dueNs)).orElse(null);
      if (next == null || next.dueNs() > endNs) {
        break;
      }
      timers.remove(next);
      nowNs = Math.max(nowNs, next.dueNs());
      next.task().run();
      runTasks();
    }
    nowNs = endNs;
  }
}
