package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.FaultPlan;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A loop that gets no CPU for longer than anybody may take to answer: what has come in the meantime
 * counts, and nobody is blamed. It happens after every turn once.
 */
class LateLoopTest {
  private static final long LATE_NS = TimeUnit.SECONDS.toNanos(15);
  private static final int BLOB_BYTES = 300_000;

  /** So many turns are enough for the whole blob. */
  private static final int TURNS_MAX = 400;

  /** One client asks for a blob, and the loop is late after some turns. */
  private static final class Story implements AutoCloseable {
    private final LoopFixture fixture;
    private final boolean relayed;
    private final SimulatedBlob blob;
    private StoryPeer peer;
    private LoopFixture.Connected client;

    Story(long seed, boolean relayed) {
      this.relayed = relayed;
      fixture = new LoopFixture(seed, FaultPlan.none());
      blob = relayed ? fixture.remoteBlob(BLOB_BYTES) : fixture.blob(BLOB_BYTES);
      if (relayed) {
        peer = new StoryPeer(fixture.kernel, 1, blob);
        fixture.peers.add(peer.address);
      }
      fixture.start();
    }

    /** Whether the client had all bytes before the loop was late. */
    boolean run(int turnsBefore) {
      client = fixture.connect(LoopFixture.get(blob));
      for (int i = 0; i < turnsBefore && client.bodyBytes() < BLOB_BYTES; i++) {
        fixture.turn();
      }
      boolean done = client.bodyBytes() == BLOB_BYTES;
      fixture.kernel.advance(LATE_NS);
      fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
      assertTrue(client.received().startsWith("HTTP/1.1 200 "), client.received());
      byte[] body =
          client
              .received()
              .substring(client.received().length() - client.bodyBytes())
              .getBytes(StandardCharsets.ISO_8859_1);
      assertEquals(BLOB_BYTES, body.length);
      assertEquals(-1, blob.content.mismatch(0, body, 0, body.length));
      if (relayed) {
        assertEquals(1, peer.requests.size());
        assertEquals(0, fixture.metric("sluice_peer_failovers_total"));
        assertEquals(0, fixture.metric("sluice_peer_calls_failed_total"));
      }
      return done;
    }

    @Override
    public void close() {
      fixture.finish();
      fixture.close();
    }
  }

  private static void lateAfterEachTurn(boolean relayed) {
    boolean done = false;
    StringBuilder wrong = new StringBuilder();
    int turns = 0;
    for (; turns < TURNS_MAX && !done; turns++) {
      try (Story story = new Story(turns, relayed)) {
        done = story.run(turns);
      } catch (AssertionError e) {
        wrong.append("after ").append(turns).append(" turns: ").append(e.getMessage()).append('\n');
      }
    }
    assertEquals("", wrong.toString());
    assertTrue(done, "the blob takes more turns");
    assertFalse(turns < 10, "only " + turns + " turns");
  }

  @Test
  void noPeerIsBlamed() {
    lateAfterEachTurn(true);
  }

  @Test
  void noClientIsBlamed() {
    lateAfterEachTurn(false);
  }
}
