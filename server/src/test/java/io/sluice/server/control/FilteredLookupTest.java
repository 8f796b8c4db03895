package io.sluice.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.memory.FixedMemory;
import io.sluice.memory.Region;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import io.sluice.server.config.Exclusion;
import io.sluice.server.config.ImageFilter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a filter excludes is not asked of peers. */
class FilteredLookupTest {
  private static final int RING_BYTES = 1 << 16;

  private final List<String> asked = new ArrayList<>();
  private final List<Integer> replies = new ArrayList<>();
  private final FixedMemory memory;
  private final ControlChannel channel;
  private final ControlPlane control;

  FilteredLookupTest() {
    FixedMemory.Plan plan = FixedMemory.plan();
    Region requests = plan.reserve("requests", RING_BYTES + ControlChannel.TRAILER_BYTES, 64);
    Region answers = plan.reserve("replies", RING_BYTES + ControlChannel.TRAILER_BYTES, 64);
    memory = plan.map();
    channel = new ControlChannel(requests.segment(), answers.segment(), () -> {});
    channel.replyHandler(
        (type, slot, generation, sequence, value, payload, offset, length) -> replies.add(type));
    ImageFilter filter = new ImageFilter(List.of("acme.test"), List.of(new Exclusion(":latest$")));
    control = new ControlPlane(List.of(channel), null, new DeafRouter(), new MediaTypes(), filter);
  }

  @AfterEach
  void close() {
    control.close();
    memory.close();
  }

  /** Remembers what it is asked for, and finds nothing. */
  private final class DeafRouter implements ContentRouter {
    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void lookup(String key, int maxPeers, Lookup lookup) {
      asked.add(key);
      lookup.onEnd();
    }

    @Override
    public void advertise(Collection<String> keys) {}

    @Override
    public void withdraw(Collection<String> keys) {}

    @Override
    public void close() {}
  }

  private void ask(String registry, String name, String reference, int flags) {
    channel.begin();
    text(ControlMessages.TEXT_NAMESPACE, registry);
    text(ControlMessages.TEXT_NAME, name);
    text(ControlMessages.TEXT_REFERENCE, reference);
    assertTrue(channel.commit(ControlMessages.FIND_PEERS, 0, 0, 0, flags, -1));
    control.serve();
    channel.poll(8);
  }

  private void text(int which, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    channel.text(which, MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  @Test
  void onlyWhatPassesIsAskedOfPeers() {
    ask("acme.test", "app", "1", ControlMessages.FLAG_TAG);
    ask("acme.test", "app", "latest", ControlMessages.FLAG_TAG);
    ask("other.test", "app", "1", ControlMessages.FLAG_TAG);
    ask("acme.test", "app", "sha256:12", 0);
    ask("other.test", "app", "sha256:34", 0);
    assertEquals(List.of("acme.test/app:1", "sha256:12"), asked);
    assertEquals(List.of(8, 8, 8, 8, 8), replies, "each hears that there is nobody");
  }
}
