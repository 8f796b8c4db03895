package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThreadClockTest {
  private static final long WORK_NS = 20_000_000L;

  private final CallState state = CallState.ofThread();

  @Test
  void countsWhatAnotherThreadUses() throws InterruptedException {
    AtomicInteger threadId = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch worked = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  threadId.set(ThreadClock.threadId());
                  started.countDown();
                  work(threadId.get());
                  worked.countDown();
                  awaitQuietly(done);
                });
    started.await();
    worked.await();
    long usedNs = ThreadClock.cpuNs(state, threadId.get());
    assertTrue(usedNs >= WORK_NS, usedNs + " ns");
    long idleNs = ThreadClock.cpuNs(state, threadId.get()) - usedNs;
    assertTrue(idleNs < WORK_NS, idleNs + " ns while it waits");
    done.countDown();
    thread.join();
  }

  private static void work(int threadId) {
    CallState own = CallState.ofThread();
    while (ThreadClock.cpuNs(own, threadId) < WORK_NS) {
      Thread.onSpinWait();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsNoThreadHasNoTime() {
    assertEquals(-Errno.EINVAL, ThreadClock.cpuNs(state, Integer.MAX_VALUE >> 3));
  }
}
