package io.sluice.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.memory.FixedMemory;
import io.sluice.memory.Region;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A router's reply that came after the node's memory had been unmapped once ended the whole
 * process, by writing there.
 */
class LateReplyTest {
  private static final int RING_BYTES = 1 << 16;
  private static final int ROUNDS = 200;
  private static final byte[] DIGEST = "sha256:12".getBytes(StandardCharsets.US_ASCII);
  private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 5000);

  private final LinkedBlockingQueue<Lookup> lookups = new LinkedBlockingQueue<>();
  private final AtomicInteger wakes = new AtomicInteger();

  /** Answers when the test wants it to. */
  private final class SlowRouter implements ContentRouter {
    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void lookup(String key, int maxPeers, Lookup lookup) {
      lookups.add(lookup);
    }

    @Override
    public void advertise(Collection<String> keys) {}

    @Override
    public void withdraw(Collection<String> keys) {}

    @Override
    public void close() {}
  }

  /** A control plane with one loop that has asked for peers, over memory of its own. */
  private final class Asked {
    final FixedMemory memory;
    final ControlPlane control;
    final Lookup lookup;

    Asked() throws InterruptedException {
      FixedMemory.Plan plan = FixedMemory.plan();
      Region requests = plan.reserve("requests", RING_BYTES + ControlChannel.TRAILER_BYTES, 64);
      Region replies = plan.reserve("replies", RING_BYTES + ControlChannel.TRAILER_BYTES, 64);
      memory = plan.map();
      ControlChannel channel =
          new ControlChannel(requests.segment(), replies.segment(), wakes::incrementAndGet);
      control = new ControlPlane(List.of(channel), null, new SlowRouter(), new MediaTypes());
      control.start();
      channel.begin();
      channel.text(ControlMessages.TEXT_REFERENCE, MemorySegment.ofArray(DIGEST), 0, DIGEST.length);
      assertTrue(channel.commit(ControlMessages.FIND_PEERS, 0, 0, 0, 0, -1));
      lookup = lookups.poll(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aReplyAfterTheMemoryIsGoneIsIgnored() throws InterruptedException {
    Asked asked = new Asked();
    asked.control.close();
    asked.memory.close();
    int before = wakes.get();
    asked.lookup.onPeer(PEER);
    asked.lookup.onEnd();
    assertEquals(before, wakes.get(), "a loop that has ended was woken");
  }

  @Test
  void repliesWhileTheMemoryGoesAreIgnored() throws InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      Asked asked = new Asked();
      AtomicBoolean over = new AtomicBoolean();
      Thread router =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!over.get()) {
                      asked.lookup.onPeer(PEER);
                    }
                  });
      asked.control.close();
      asked.memory.close();
      over.set(true);
      router.join();
    }
  }
}
