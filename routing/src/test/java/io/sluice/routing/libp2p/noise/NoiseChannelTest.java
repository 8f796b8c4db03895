package io.sluice.routing.libp2p.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.multiformat.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NoiseChannelTest {
  private final ChannelSide one = new ChannelSide(true, List.of("/yamux/1.0.0"), null);
  private final ChannelSide two = new ChannelSide(false, List.of("/yamux/1.0.0"), null);

  @Test
  void bothSidesLearnWhoIsThereAndAgreeOnAMuxer() throws IOException {
    ChannelSide.shake(one, two);
    assertEquals(two.identity.id(), one.peer);
    assertEquals(one.identity.id(), two.peer);
    assertEquals("/yamux/1.0.0", one.muxer);
    assertEquals("/yamux/1.0.0", two.muxer);
  }

  @Test
  void theInitiatorsPreferenceDecidesAndNothingInCommonIsNothing() throws IOException {
    ChannelSide first = new ChannelSide(true, List.of("/a", "/b", "/c"), null);
    ChannelSide second = new ChannelSide(false, List.of("/c", "/b"), null);
    ChannelSide.shake(first, second);
    assertEquals("/b", first.muxer);
    assertEquals("/b", second.muxer);
    ChannelSide silent = new ChannelSide(false, List.of(), null);
    ChannelSide asking = new ChannelSide(true, List.of("/a"), null);
    ChannelSide.shake(asking, silent);
    assertNull(asking.muxer);
    assertNull(silent.muxer);
  }

  @Test
  void bytesArriveHoweverTheyAreCut() throws IOException {
    Random random = new Random(1);
    ChannelSide.shake(one, two);
    byte[] sent = new byte[300_000];
    random.nextBytes(sent);
    for (int at = 0; at < sent.length; ) {
      int length = Math.min(1 + random.nextInt(16_000), sent.length - at);
      one.seal(sent, at, length);
      at += length;
    }
    byte[] wire = one.takeOutput();
    for (int at = 0; at < wire.length; ) {
      int length =
          Math.min(1 + random.nextInt(random.nextBoolean() ? 3 : 40_000), wire.length - at);
      two.channel.onBytes(ByteBuffer.wrap(wire, at, length));
      at += length;
    }
    assertArrayEquals(sent, two.received());
    assertEquals(0, two.budget.used(), "nothing is held between frames");
  }

  @Test
  void aFrameInPiecesHoldsWhatHasArrivedOfIt() throws IOException {
    ChannelSide.shake(one, two);
    one.seal(new byte[16_000], 0, 16_000);
    byte[] wire = one.takeOutput();
    two.channel.onBytes(ByteBuffer.wrap(wire, 0, 100));
    assertTrue(two.channel.isWithinFrame());
    assertTrue(two.budget.used() <= 1024, "not a whole frame for who has sent little");
    two.channel.onBytes(ByteBuffer.wrap(wire, 100, wire.length - 100));
    assertEquals(0, two.budget.used());
  }

  @Test
  void anyChangedByteOfTheHandshakeIsNoticed() throws IOException {
    for (int message = 0; message < 3; message++) {
      byte[] original = messages()[message];
      // The first message is in the clear: a change of it is noticed when the second is opened.
      for (int at = message == 0 ? 2 : 0; at < original.length; at += 1 + original.length / 40) {
        assertNotShaken(message, at);
      }
    }
  }

  private byte[][] messages() throws IOException {
    ChannelSide first = new ChannelSide(true, List.of("/a"), null);
    ChannelSide second = new ChannelSide(false, List.of("/a"), null);
    byte[][] messages = new byte[3][];
    first.channel.begin();
    messages[0] = first.takeOutput();
    second.channel.onBytes(ByteBuffer.wrap(messages[0]));
    messages[1] = second.takeOutput();
    first.channel.onBytes(ByteBuffer.wrap(messages[1]));
    messages[2] = first.takeOutput();
    return messages;
  }

  /** Changes one byte of one message; then nobody may be secured on the strength of it. */
  private static void assertNotShaken(int changed, int at) {
    ChannelSide[] sides = {
      new ChannelSide(true, List.of("/a"), null), new ChannelSide(false, List.of("/a"), null)
    };
    assertThrows(
        IOException.class,
        () -> {
          sides[0].channel.begin();
          for (int message = 0; message < 3; message++) {
            byte[] bytes = sides[message % 2].takeOutput();
            if (message == changed) {
              bytes[at] ^= 1;
            }
            ChannelSide reader = sides[1 - message % 2];
            reader.channel.onBytes(ByteBuffer.wrap(bytes));
            if (message == changed && reader.channel.isWithinFrame()) {
              throw new IOException("it waits for more, until its time is over");
            }
          }
        },
        "message " + changed + ", byte " + at);
  }

  @Test
  void tamperedTruncatedReplayedReorderedFramesAreRefused() throws IOException {
    ChannelSide.shake(one, two);
    one.seal(new byte[] {1, 2, 3}, 0, 3);
    byte[] first = one.takeOutput();
    one.seal(new byte[] {4}, 0, 1);
    byte[] second = one.takeOutput();
    byte[] tampered = first.clone();
    tampered[4] ^= 0x10;
    assertRefused(tampered);
    byte[] truncated = {0, 4, 1, 2, 3, 4};
    assertRefused(truncated);
    assertRefused(new byte[] {0, 0});
  }

  private void assertRefused(byte[] frame) throws IOException {
    ChannelSide first = new ChannelSide(true, List.of("/a"), null);
    ChannelSide second = new ChannelSide(false, List.of("/a"), null);
    ChannelSide.shake(first, second);
    assertThrows(
        AuthenticationException.class, () -> second.channel.onBytes(ByteBuffer.wrap(frame)));
    assertEquals(0, second.received().length);
  }

  @Test
  void aFrameCountsOnce() throws IOException {
    ChannelSide.shake(one, two);
    one.seal(new byte[] {1}, 0, 1);
    byte[] frame = one.takeOutput();
    two.channel.onBytes(ByteBuffer.wrap(frame));
    assertThrows(AuthenticationException.class, () -> two.channel.onBytes(ByteBuffer.wrap(frame)));
    assertArrayEquals(new byte[] {1}, two.received());
  }

  @Test
  void orderMatters() throws IOException {
    ChannelSide.shake(one, two);
    one.seal(new byte[] {1}, 0, 1);
    one.takeOutput();
    one.seal(new byte[] {2}, 0, 1);
    byte[] second = one.takeOutput();
    assertThrows(AuthenticationException.class, () -> two.channel.onBytes(ByteBuffer.wrap(second)));
  }

  @Test
  void aHandshakeMessageReplayedIsOfNoUse() throws IOException {
    byte[][] recorded = messages();
    two.channel.onBytes(ByteBuffer.wrap(recorded[0]));
    two.takeOutput();
    assertThrows(
        AuthenticationException.class, () -> two.channel.onBytes(ByteBuffer.wrap(recorded[2])));
    assertNull(two.peer);
  }

  @Test
  void anotherPeerThanExpectedIsRefused() {
    ChannelSide strict = new ChannelSide(true, List.of("/a"), Identity.generate().id());
    IOException e =
        assertThrows(AuthenticationException.class, () -> ChannelSide.shake(strict, two));
    assertTrue(e.getMessage().contains("found " + two.identity.id()), e.getMessage());
    assertNull(two.peer, "and the peer does not get to see the identity of this node");
  }

  @Test
  void whoHasNotSignedItsKeyIsRefused() throws Exception {
    byte[] staticKey = DhKeys.generate().publicKey();
    byte[] payload = NoisePayload.compose(one.identity, staticKey, List.of());
    assertEquals(one.identity.id(), NoisePayload.verify(payload, staticKey).peer());
    byte[] otherKey = DhKeys.generate().publicKey();
    assertThrows(AuthenticationException.class, () -> NoisePayload.verify(payload, otherKey));
    byte[] forged = payload.clone();
    forged[forged.length - 10] ^= 1;
    assertThrows(AuthenticationException.class, () -> NoisePayload.verify(forged, staticKey));
    assertThrows(MalformedException.class, () -> NoisePayload.verify(new byte[0], staticKey));
  }

  @Test
  void aHandshakeMessageHasALimit() throws IOException {
    int limit = HostLimits.HANDSHAKE_MESSAGE_BYTES;
    ChannelSide at = new ChannelSide(false, List.of(), null);
    at.channel.onBytes(ByteBuffer.wrap(new byte[] {(byte) (limit >> 8), (byte) limit}));
    byte[] beyond = {(byte) (limit + 1 >> 8), (byte) (limit + 1)};
    assertThrows(LimitException.class, () -> two.channel.onBytes(ByteBuffer.wrap(beyond)));
  }

  @Test
  void aPointOfSmallOrderIsRefused() {
    byte[] message = new byte[2 + DhKeys.BYTES];
    message[1] = DhKeys.BYTES;
    assertThrows(
        AuthenticationException.class, () -> two.channel.onBytes(ByteBuffer.wrap(message)));
  }

  @Test
  void aKeyEndsBeforeItsLastNonce() throws AuthenticationException {
    CipherState state = new CipherState(new byte[32]);
    state.skipTo(-2);
    assertEquals(-2, state.nextNonce());
    assertThrows(AuthenticationException.class, state::nextNonce);
    assertThrows(AuthenticationException.class, state::nextNonce);
  }
}
