package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.RemoteEnd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that want the same blob of a peer at once get it from one fetch, in virtual time. */
class RelayShareTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int BLOB_BYTES = 1_000_000;

  private final LoopFixture fixture = new LoopFixture();
  private final StoryRouter router = new StoryRouter();
  private SimulatedBlob blob;
  private StoryPeer peer;

  @BeforeEach
  void createPeer() {
    fixture.router = router;
    blob = fixture.remoteBlob(BLOB_BYTES);
    peer = new StoryPeer(fixture.kernel, 1, blob);
    peer.sendsAt(1_000_000);
  }

  @AfterEach
  void close() {
    fixture.finish();
    fixture.close();
  }

  private String request() {
    return LoopFixture.get(blob);
  }

  private LoopFixture.Connected ask(String text) {
    LoopFixture.Connected client = fixture.connect(text);
    fixture.turnFor(SECOND_NS / 100);
    return client;
  }

  /** The router names the peer to everybody who has asked. */
  private void name() {
    router.lookups.forEach(
        lookup -> {
          lookup.onPeer(peer.address);
          lookup.onEnd();
        });
    router.lookups.clear();
  }

  private void awaitWhole(LoopFixture.Connected client) {
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
    assertBytes(client, 0, BLOB_BYTES);
  }

  private void assertBytes(LoopFixture.Connected client, int first, int length) {
    byte[] body =
        client
            .received()
            .substring(client.received().length() - client.bodyBytes())
            .getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(length, body.length, () -> head(client));
    assertEquals(-1, blob.content.mismatch(first, body, 0, body.length));
  }

  private static String head(LoopFixture.Connected client) {
    return client.received().substring(0, Math.min(400, client.received().length()));
  }

  @Test
  void clientsThatAskAtOnceShareOneFetch() {
    fixture.start();
    List<LoopFixture.Connected> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(ask(request()));
    }
    name();
    clients.forEach(this::awaitWhole);
    assertEquals(1, peer.requests.size());
    assertEquals(1, peer.machine().connections().size());
  }

  @Test
  void onTwoLoopsAsWell() {
    fixture.loops = 2;
    fixture.start();
    List<LoopFixture.Connected> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(ask(request()));
    }
    fixture.turnUntil(() -> router.lookups.size() == 6);
    name();
    clients.forEach(this::awaitWhole);
    assertEquals(1, peer.requests.size());
  }

  @Test
  void whoComesTooLateFetchesByItself() {
    fixture.start();
    LoopFixture.Connected leader = ask(request());
    name();
    fixture.turnUntil(() -> leader.bodyBytes() > BLOB_BYTES / 2);
    LoopFixture.Connected late = ask(request());
    name();
    awaitWhole(leader);
    awaitWhole(late);
    assertEquals(2, peer.requests.size());
  }

  @Test
  void aPartThatIsStillToComeIsShared() {
    fixture.start();
    LoopFixture.Connected leader = ask(request());
    name();
    fixture.turnUntil(() -> leader.bodyBytes() > 0);
    String text = request().replace("\r\n\r\n", "\r\nRange: bytes=1000-500000\r\n\r\n");
    LoopFixture.Connected part = ask(text);
    name();
    fixture.turnUntil(() -> part.bodyBytes() == 499_001);
    assertTrue(part.received().startsWith("HTTP/1.1 206 "), part.received().substring(0, 200));
    assertTrue(part.received().contains("Content-Range: bytes 1000-500000/1000000\r\n"));
    assertBytes(part, 1000, 499_001);
    awaitWhole(leader);
  }

  /** The rest of the blob was once piped to the client, beyond the end of its part. */
  @Test
  void aPartThatOutlivesTheWholeGetsNoMoreThanItAskedFor() {
    fixture.start();
    peer.stallsAfter(20_000);
    LoopFixture.Connected whole = ask(request());
    name();
    fixture.turnFor(SECOND_NS / 2);
    int first = whole.bodyBytes();
    String text = request().replace("\r\n\r\n", "\r\nRange: bytes=" + first + "-990000\r\n\r\n");
    LoopFixture.Connected part = ask(text);
    assertTrue(router.lookups.isEmpty(), "the part is not shared");
    whole.client.reset();
    peer.stallsAfter(-1);
    fixture.turnUntil(() -> part.bodyBytes() > 990_000 - first || part.isOver());
    fixture.turnFor(SECOND_NS);
    assertBytes(part, first, 990_001 - first);
  }

  @Test
  void theFetchOutlivesTheClientThatBeganIt() {
    fixture.start();
    LoopFixture.Connected leader = ask(request());
    name();
    LoopFixture.Connected follower = ask(request());
    fixture.turnUntil(() -> leader.bodyBytes() > 100_000);
    leader.client.reset();
    awaitWhole(follower);
    assertEquals(1, peer.requests.size());
  }

  @Test
  void aClientThatDoesNotKeepUpDoesNotHoldUpTheOthers() {
    fixture.kernel.setSendBuffer(fixture.listenFd, 20_000);
    fixture.start();
    LoopFixture.Connected slow = ask(request());
    LoopFixture.Connected fast = ask(request());
    name();
    slow.client.setReadRate(0);
    long fromNs = fixture.kernel.nowNs();
    awaitWhole(fast);
    assertTrue(fixture.kernel.nowNs() - fromNs < 3 * SECOND_NS);
    slow.client.setReadRate(RemoteEnd.UNLIMITED);
    awaitWhole(slow);
    assertTrue(peer.requests.getLast().contains("Range: bytes="), peer.requests.getLast());
  }

  @Test
  void aClientThatTakesLittleByLittleDoesNotHoldUpTheOthers() {
    fixture.kernel.setSendBuffer(fixture.listenFd, 20_000);
    fixture.start();
    LoopFixture.Connected slow = ask(request());
    LoopFixture.Connected fast = ask(request());
    name();
    slow.client.setReadRate(50_000);
    long fromNs = fixture.kernel.nowNs();
    awaitWhole(fast);
    assertTrue(fixture.kernel.nowNs() - fromNs < 3 * SECOND_NS);
    awaitWhole(slow);
  }

  @Test
  void aClientThatTakesNothingHoldsNoBlockWhileOthersWaitForOne() {
    fixture.kernel.setSendBuffer(fixture.listenFd, 20_000);
    LoopShare share = fixture.share;
    fixture.share =
        new LoopShare(
            share.connections(),
            share.exchanges(),
            share.transfers(),
            share.blockBytes(),
            share.transferBlocks(),
            share.relays(),
            1,
            share.openBlobs(),
            share.sendBudgetBytes());
    fixture.start();
    LoopFixture.Connected frozen = ask(request());
    name();
    frozen.client.setReadRate(0);
    fixture.turnFor(SECOND_NS / 10);
    SimulatedBlob other = fixture.remoteBlob(BLOB_BYTES);
    StoryPeer another = new StoryPeer(fixture.kernel, 2, other);
    LoopFixture.Connected client = ask(LoopFixture.get(other));
    router.lookups.getLast().onPeer(another.address);
    router.lookups.getLast().onEnd();
    router.lookups.clear();
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES);
    assertEquals(0, fixture.usage().relayBlocks());
    frozen.client.setReadRate(RemoteEnd.UNLIMITED);
    awaitWhole(frozen);
  }

  @Test
  void clientsWaitForARelay() {
    LoopShare share = fixture.share;
    fixture.share =
        new LoopShare(
            share.connections(),
            share.exchanges(),
            share.transfers(),
            share.blockBytes(),
            share.transferBlocks(),
            1,
            share.relayBlocks(),
            share.openBlobs(),
            share.sendBudgetBytes());
    fixture.start();
    LoopFixture.Connected one = ask(request());
    LoopFixture.Connected two = ask(request());
    name();
    fixture.turnUntil(() -> one.bodyBytes() > 0);
    LoopFixture.Connected three = ask(request());
    awaitWhole(one);
    for (int i = 0; i < 2; i++) {
      fixture.turnUntil(() -> !router.lookups.isEmpty());
      name();
      fixture.turnFor(2 * SECOND_NS);
    }
    awaitWhole(two);
    awaitWhole(three);
  }
}
