package io.sluice.routing.libp2p.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReactorTest {
  private final BlockingQueue<Object> happened = new LinkedBlockingQueue<>();

  @Test
  void tasksRunInOrderOnOneThread() throws Exception {
    try (Reactor reactor = Reactor.start("test-reactor")) {
      List<Object> expected = IntStream.range(0, 5_000).<Object>mapToObj(i -> i).toList();
      for (Object task : expected) {
        reactor.execute(() -> happened.add(task));
      }
      for (Object task : expected) {
        assertEquals(task, next());
      }
      reactor.execute(() -> reactor.execute(() -> happened.add(Thread.currentThread())));
      Object thread = next();
      reactor.execute(() -> happened.add(Thread.currentThread()));
      assertSame(thread, next());
      assertEquals("test-reactor", ((Thread) thread).getName());
    }
  }

  @Test
  void timersRunNotBeforeTheyAreDue() throws Exception {
    try (Reactor reactor = Reactor.start("test-reactor")) {
      long delayNs = 20_000_000;
      reactor.execute(
          () -> {
            long startNs = reactor.nowNs();
            reactor.schedule(2 * delayNs, () -> happened.add(reactor.nowNs() - startNs));
            reactor.schedule(delayNs, () -> happened.add("first"));
            reactor.schedule(delayNs, () -> happened.add("never")).cancel();
          });
      assertEquals("first", next());
      assertTrue((Long) next() >= 2 * delayNs);
    }
  }

  @Test
  void anErrorEndsNothingElse() throws Exception {
    try (Reactor reactor = Reactor.start("test-reactor")) {
      reactor.execute(
          () ->
              Thread.currentThread()
                  .setUncaughtExceptionHandler((thread, error) -> happened.add(error)));
      RuntimeException error = new IllegalStateException("test");
      reactor.execute(
          () -> {
            throw error;
          });
      reactor.execute(
          () ->
              reactor.schedule(
                  0,
                  () -> {
                    throw error;
                  }));
      assertSame(error, next());
      assertSame(error, next());
      reactor.execute(() -> happened.add("still here"));
      assertEquals("still here", next());
    }
  }

  @Test
  void whatWasGivenBeforeTheEndIsDone() throws Exception {
    Reactor reactor = Reactor.start("test-reactor");
    for (int i = 0; i < 3_000; i++) {
      reactor.execute(() -> happened.add("done"));
    }
    reactor.close();
    assertEquals(3_000, happened.size());
    reactor.close();
  }

  private Object next() throws InterruptedException {
    return happened.poll(30, TimeUnit.SECONDS);
  }
}
