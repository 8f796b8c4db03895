package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.server.config.Limits;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single stories of peers that fail, in virtual time. */
class RelayStoryTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int BLOB_BYTES = 1_000_000;
  private static final String NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  private static final String BUSY =
      "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
  private static final String REDIRECT =
      "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";

  private final LoopFixture fixture = new LoopFixture();
  private final StoryRouter router = new StoryRouter();
  private SimulatedBlob blob;
  private StoryPeer first;
  private StoryPeer second;

  @BeforeEach
  void createPeers() {
    fixture.router = router;
    blob = fixture.remoteBlob(BLOB_BYTES);
    first = new StoryPeer(fixture.kernel, 1, blob);
    second = new StoryPeer(fixture.kernel, 2, blob);
    fixture.start();
  }

  @AfterEach
  void close() {
    fixture.finish();
    fixture.close();
  }

  private LoopFixture.Connected ask() {
    int before = router.lookups.size();
    LoopFixture.Connected client = fixture.connect(LoopFixture.get(blob));
    fixture.turnUntil(() -> router.lookups.size() > before);
    return client;
  }

  /** The router names these peers, and no more. */
  private void name(StoryPeer... peers) {
    for (StoryPeer peer : peers) {
      router.lookups.getLast().onPeer(peer.address);
    }
    router.lookups.getLast().onEnd();
  }

  /** Asks, and waits for the whole of a good answer. */
  private LoopFixture.Connected pull(StoryPeer... peers) {
    LoopFixture.Connected client = ask();
    name(peers);
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
    assertWhole(client);
    return client;
  }

  private void assertWhole(LoopFixture.Connected client) {
    assertTrue(client.received().startsWith("HTTP/1.1 200 "), client.received());
    byte[] body =
        client
            .received()
            .substring(client.received().length() - client.bodyBytes())
            .getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(BLOB_BYTES, body.length);
    assertEquals(-1, blob.content.mismatch(0, body, 0, body.length));
  }

  @Test
  void aStalledPeerIsReplacedAfterTwoSecondsAtTheByteWhereItStopped() {
    first.stallsAfter(500_000);
    long fromNs = fixture.kernel.nowNs();
    pull(first, second);
    long tookNs = fixture.kernel.nowNs() - fromNs;
    assertTrue(tookNs >= Limits.PEER_STALL_NS, tookNs + " ns");
    assertTrue(tookNs < Limits.PEER_STALL_NS + SECOND_NS / 4, tookNs + " ns");
    String resumed = second.requests.getFirst();
    assertTrue(resumed.contains("Range: bytes=499"), resumed);
    assertTrue(resumed.contains("-" + (BLOB_BYTES - 1) + "\r\n"), resumed);
  }

  @Test
  void aPeerThatDiesIsReplacedAtOnce() {
    first.sendsAt(500_000);
    LoopFixture.Connected client = ask();
    name(first, second);
    fixture.turnUntil(() -> client.bodyBytes() > 200_000);
    first.machine().die();
    long fromNs = fixture.kernel.nowNs();
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES);
    assertTrue(fixture.kernel.nowNs() - fromNs < SECOND_NS / 10);
    assertWhole(client);
  }

  @Test
  void aStallOfTheClientIsNotThePeers() {
    LoopFixture.Connected client = ask();
    client.client.setReadRate(0);
    name(first, second);
    fixture.turnFor(7 * SECOND_NS);
    client.client.setReadRate(RemoteEnd.UNLIMITED);
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES);
    assertWhole(client);
    assertEquals(1, first.requests.size());
    assertEquals(0, second.requests.size());
  }

  @Test
  void sourcesThatFreezeInTurnAreGoneBackTo() {
    first.sendsAt(100_000);
    second.sendsAt(100_000);
    LoopFixture.Connected client = ask();
    name(first, second);
    fixture.turnFor(SECOND_NS);
    first.machine().suspend();
    fixture.turnFor(6 * SECOND_NS);
    assertFalse(second.requests.isEmpty());
    first.machine().resume();
    second.machine().suspend();
    fixture.turnFor(6 * SECOND_NS);
    second.machine().resume();
    first.machine().die();
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
    assertWhole(client);
  }

  @Test
  void withoutAnotherPeerTheConnectionCloses() {
    LoopFixture.Connected client = begin();
    first.machine().die();
    fixture.turnUntil(() -> router.lookups.size() == 2);
    assertFalse(client.isOver(), "closed though the router looks once more");
    name(first);
    fixture.turnUntil(client::isOver);
    assertTrue(client.bodyBytes() < BLOB_BYTES);
    assertEquals(2, router.lookups.size());
  }

  /** A client has got half of the blob from the first peer, which sends no more. */
  private LoopFixture.Connected begin() {
    first.stallsAfter(500_000);
    LoopFixture.Connected client = ask();
    name(first);
    fixture.turnUntil(() -> client.bodyBytes() > 400_000);
    return client;
  }

  @Test
  void whenAllPeersHaveFailedMoreAreLookedFor() {
    LoopFixture.Connected client = begin();
    first.machine().die();
    fixture.turnUntil(() -> router.lookups.size() == 2);
    name(second);
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
    assertWhole(client);
  }

  @Test
  void whoHasGotItMeanwhileIsFoundWhenAllPeersHaveFailedBeforeTheHead() {
    first.machine().die();
    LoopFixture.Connected client = ask();
    name(first);
    fixture.turnUntil(() -> router.lookups.size() == 2);
    assertEquals(1, router.anew);
    name(first, second);
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
    assertWhole(client);
  }

  @Test
  void nobodyIsLookedForAgainWhenPeersSayThatTheyDoNotHaveIt() {
    first.answers(NOT_FOUND);
    LoopFixture.Connected client = ask();
    name(first);
    fixture.turnUntil(() -> client.received().startsWith("HTTP/1.1 404 "));
    assertEquals(1, router.lookups.size());
  }

  @Test
  void aSecondPeerIsAskedWhenTheFirstTakesLongerThanMost() {
    first.delays(SECOND_NS);
    long fromNs = fixture.kernel.nowNs();
    pull(first, second);
    long tookNs = fixture.kernel.nowNs() - fromNs;
    assertTrue(tookNs >= Limits.HEDGE_DELAY_UNKNOWN_NS, tookNs + " ns");
    assertTrue(tookNs < 3 * Limits.HEDGE_DELAY_UNKNOWN_NS, tookNs + " ns");
    fixture.turnFor(SECOND_NS / 10);
    assertEquals(0, first.open(), "the slower one is closed");
  }

  @Test
  void afterManyAnswersTheSecondPeerIsAskedSooner() {
    for (int i = 0; i < 20; i++) {
      pull(first, second);
    }
    first.machine().suspend();
    second.machine().suspend();
    LoopFixture.Connected client = ask();
    int before = first.requests.size() + second.requests.size();
    name(first, second);
    fixture.turnFor(Limits.HEDGE_DELAY_MIN_NS + 15 * MS_NS);
    assertEquals(2, first.open() + second.open());
    assertEquals(before, first.requests.size() + second.requests.size());
    first.machine().resume();
    second.machine().resume();
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES);
  }

  @Test
  void connectsToTheFirstPeerWhileTheRouterStillLooks() {
    LoopFixture.Connected client = ask();
    router.lookups.getLast().onPeer(first.address);
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES);
    router.lookups.getLast().onPeer(second.address);
    router.lookups.getLast().onEnd();
    fixture.turnFor(SECOND_NS);
    assertEquals(0, second.requests.size());
  }

  @Test
  void theEndOfTheLookupDecidesThatNobodyHasIt() {
    LoopFixture.Connected client = ask();
    first.answers(NOT_FOUND);
    router.lookups.getLast().onPeer(first.address);
    fixture.turnFor(3 * SECOND_NS);
    assertEquals("", client.received());
    router.lookups.getLast().onEnd();
    long fromNs = fixture.kernel.nowNs();
    fixture.turnUntil(() -> !client.received().isEmpty());
    assertTrue(fixture.kernel.nowNs() - fromNs < MS_NS);
    assertTrue(client.received().startsWith("HTTP/1.1 404 "), client.received());
  }

  @Test
  void neverSaysThatNobodyHasItWhileAnAttemptIsUnderWay() {
    first.delays(2 * SECOND_NS);
    pull(first);
  }

  @Test
  void aPeerThatIsNamedLateIsAskedAllTheSame() {
    LoopFixture.Connected client = ask();
    fixture.turnFor(SECOND_NS);
    assertEquals("", client.received());
    name(first);
    fixture.turnUntil(() -> client.bodyBytes() == BLOB_BYTES || client.isOver());
    assertWhole(client);
  }

  @Test
  void aLookupWithoutAnyPeerEndsAtOnce() {
    LoopFixture.Connected client = ask();
    name();
    fixture.turnUntil(() -> !client.received().isEmpty());
    assertTrue(client.received().startsWith("HTTP/1.1 404 "), client.received());
  }

  @Test
  void aLookupThatGivesUpDoesNotSayThatNobodyHasIt() {
    LoopFixture.Connected client = ask();
    router.lookups.getLast().onGiveUp();
    assertUndecided(client);
  }

  @Test
  void thatAllWhomALookupNamedBeforeItGaveUpHaveNothingSaysLittle() {
    first.answers(NOT_FOUND);
    LoopFixture.Connected client = ask();
    router.lookups.getLast().onPeer(first.address);
    router.lookups.getLast().onGiveUp();
    assertUndecided(client);
  }

  @Test
  void aPeerThatDoesNotAnswerInTimeMayHaveIt() {
    first.answers(NOT_FOUND);
    second.delays(Limits.PEER_HEAD_TIMEOUT_NS + SECOND_NS);
    LoopFixture.Connected client = ask();
    name(first, second);
    assertUndecided(client);
  }

  private void assertUndecided(LoopFixture.Connected client) {
    fixture.turnUntil(() -> !client.received().isEmpty());
    assertTrue(client.received().startsWith("HTTP/1.1 503 "), client.received());
    assertTrue(client.received().contains("Retry-After: 1\r\n"), client.received());
  }

  @Test
  void aBusyPeerSendsOneToTheNextAtOnce() {
    first.answers(BUSY);
    long fromNs = fixture.kernel.nowNs();
    pull(first, second);
    assertTrue(fixture.kernel.nowNs() - fromNs < 20 * MS_NS);
  }

  @Test
  void whenAllAreBusyTheClientMayComeAgain() {
    first.answers(BUSY);
    second.answers(BUSY);
    LoopFixture.Connected client = ask();
    name(first, second);
    assertUndecided(client);
  }

  @Test
  void aPeerThatLiesIsAvoidedForAWhile() {
    first.answers(REDIRECT);
    pull(first, second);
    assertEquals(1, first.requests.size());
    pull(first, second);
    assertEquals(1, first.requests.size(), "asked again at once");
    fixture.turnFor(Limits.PEER_PENALTY_MAX_NS);
    second.answers(NOT_FOUND);
    first.answers(null);
    pull(first, second);
    assertEquals(2, first.requests.size());
  }

  @Test
  void aPeerThatIsAvoidedIsAskedWhenThereIsNoOther() {
    first.answers(REDIRECT);
    pull(first, second);
    first.answers(null);
    pull(first);
  }

  @Test
  void aPeerThatHasAnotherSizeCannotGoOn() {
    first.stallsAfter(500_000);
    second.answers(
        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 499000-999998/999999\r\n"
            + "Content-Length: 500999\r\n\r\n");
    StoryPeer third = new StoryPeer(fixture.kernel, 3, blob);
    pull(first, second, third);
    assertEquals(1, second.requests.size());
  }

  @Test
  void connectionsToPeersAreUsedAgainAndThenClosed() {
    for (int i = 0; i < 5; i++) {
      pull(first);
    }
    assertEquals(5, first.requests.size());
    assertEquals(1, first.machine().connections().size());
    fixture.turnFor(Limits.PEER_IDLE_TIMEOUT_NS + SECOND_NS);
    assertEquals(0, first.open());
  }

  @Test
  void anIdleConnectionThatThePeerHasClosedSaysNothingAboutThePeer() {
    pull(first);
    first.machine().connections().getFirst().close();
    fixture.turnFor(SECOND_NS);
    pull(first, second);
    assertEquals(2, first.requests.size());
    assertEquals(0, second.requests.size());
  }

  @Test
  void theFasterPeerIsPreferred() {
    SimulatedBlob large = fixture.remoteBlob(3_000_000);
    StoryPeer slow = new StoryPeer(fixture.kernel, 4, large);
    StoryPeer fast = new StoryPeer(fixture.kernel, 5, large);
    slow.sendsAt(300_000);
    blob = large;
    for (int i = 0; i < 6; i++) {
      LoopFixture.Connected client = ask();
      name(slow, fast);
      fixture.turnUntil(() -> client.bodyBytes() == 3_000_000);
    }
    assertTrue(slow.requests.size() <= 2, slow.requests.size() + " of 6 from the slow one");
  }
}
