package io.sluice.ring.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A disk as hypervisors offer it: reads what it is asked for one after the other, and says so only
 * when there is nothing left to read, of all at once.
 */
public final class BatchingDevice {
  private final VirtualClock clock;
  private final long bytesPerSecond;
  private final List<Runnable> done = new ArrayList<>();
  private long busyUntilNs;
  private long workedNs;

  BatchingDevice(VirtualClock clock, long bytesPerSecond) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** How long it has had something to do. */
  public long workedNs() {
    return workedNs;
  }

  void read(int bytes, Runnable whenDone) {
    long tookNs = bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    workedNs += tookNs;
    busyUntilNs = Math.max(busyUntilNs, clock.nowNs()) + tookNs;
    done.add(whenDone);
    clock.schedule(busyUntilNs - clock.nowNs(), this::report);
  }

  private void report() {
    if (clock.nowNs() < busyUntilNs) {
      return;
    }
    List<Runnable> batch = List.copyOf(done);
    done.clear();
    batch.forEach(Runnable::run);
  }
}
