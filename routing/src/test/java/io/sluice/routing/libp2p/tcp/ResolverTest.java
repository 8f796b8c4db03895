package io.sluice.routing.libp2p.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.libp2p.HostLimits;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResolverTest {
  private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

  @Test
  void namesAreResolvedElsewhereAndAnsweredHere() throws Exception {
    try (Reactor reactor = Reactor.start("test-reactor");
        Resolver resolver = new Resolver(reactor)) {
      resolver.resolve("localhost", answers::add);
      assertTrue(((List<?>) next()).contains(InetAddress.getByName("127.0.0.1")));
      resolver.resolve("no-such-name.invalid", answers::add);
      assertEquals(List.of(), next());
      resolver.run(Thread::currentThread, null, answers::add);
      reactor.execute(() -> answers.add(Thread.currentThread()));
      assertNotSame(next(), next());
    }
  }

  @Test
  void whenTooManyNamesWaitTheAnswerIsNone() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    try (Reactor reactor = Reactor.start("test-reactor");
        Resolver resolver = new Resolver(reactor)) {
      for (int i = 0; i < HostLimits.RESOLVER_THREADS + HostLimits.RESOLUTIONS_WAITING; i++) {
        resolver.run(() -> awaited(slow), "none", answers::add);
      }
      resolver.run(() -> "resolved", "none", answers::add);
      assertEquals("none", next());
      slow.countDown();
      assertEquals("slow", next());
    }
  }

  private static String awaited(CountDownLatch slow) {
    try {
      slow.await();
      return "slow";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object next() throws InterruptedException {
    return answers.poll(30, TimeUnit.SECONDS);
  }
}
