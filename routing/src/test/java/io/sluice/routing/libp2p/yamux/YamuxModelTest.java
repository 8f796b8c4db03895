package io.sluice.routing.libp2p.yamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two sides do what comes to mind; what is cut however it likes arrives on its stream, in order.
 */
class YamuxModelTest {
  private static final int STEPS = 4_000;

  private final YamuxSide[] sides = {new YamuxSide(true), new YamuxSide(false)};
  private final List<Flow> flows = new ArrayList<>();
  private Random random;

  /** One direction of one stream. */
  private static final class Flow {
    private final YamuxSide.Received sender;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private boolean ended;
    private YamuxSide.Received receiver;

    private Flow(YamuxSide.Received sender) {
      this.sender = sender;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsSentArrives(long seed) throws IOException {
    random = new Random(seed);
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(10)) {
        case 0 -> open(sides[random.nextInt(2)]);
        case 1 -> end();
        case 2, 3, 4 -> send();
        default -> transfer(random.nextInt(2));
      }
    }
    for (Flow flow : List.copyOf(flows)) {
      flow.sender.stream.closeWrite();
      flow.ended = true;
    }
    for (int i = 0; i < 50; i++) {
      transfer(0);
      transfer(1);
    }
    for (Flow flow : flows) {
      assertArrayEquals(flow.sent.toByteArray(), flow.receiver.bytes.toByteArray());
      assertTrue(flow.receiver.ended);
      assertNull(flow.receiver.failure);
    }
    for (YamuxSide side : sides) {
      assertEquals(0, side.session.streams());
      assertEquals(0, side.total.used(), "memory is given back");
    }
  }

  private void open(YamuxSide side) {
    YamuxSide.Received opened = side.open();
    if (opened.stream != null) {
      flows.add(new Flow(opened));
    }
  }

  private void send() {
    if (!flows.isEmpty()) {
      Flow flow = flows.get(random.nextInt(flows.size()));
      byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 100_000 : 200)];
      random.nextBytes(bytes);
      if (flow.sender.stream.send(ByteBuffer.wrap(bytes))) {
        assertTrue(!flow.ended);
        flow.sent.writeBytes(bytes);
      }
    }
  }

  private void end() {
    if (!flows.isEmpty()) {
      Flow flow = flows.get(random.nextInt(flows.size()));
      flow.sender.stream.closeWrite();
      flow.ended = true;
    }
  }

  /** Moves what one side has to the other, in pieces. */
  private void transfer(int from) throws IOException {
    byte[] wire = sides[from].output();
    for (int at = 0; at < wire.length; ) {
      int length = Math.min(1 + random.nextInt(20_000), wire.length - at);
      sides[1 - from].session.onBytes(ByteBuffer.wrap(wire, at, length));
      at += length;
    }
    YamuxSide other = sides[1 - from];
    // Every accepted stream answers, and is a flow the other way.
    for (YamuxSide.Received accepted : other.accepted) {
      Flow opening = flowOf(sides[from], accepted.stream.id);
      opening.receiver = accepted;
      Flow back = new Flow(accepted);
      back.receiver = opening.sender;
      flows.add(back);
    }
    other.accepted.clear();
  }

  private Flow flowOf(YamuxSide side, int id) {
    for (Flow flow : flows) {
      if (flow.sender.stream.id == id && flow.sender.stream.session == side.session) {
        return flow;
      }
    }
    throw new IllegalStateException("nobody opened stream " + id);
  }
}
