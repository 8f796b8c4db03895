package io.sluice.routing.libp2p.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Arbitrary bytes as a handshake's payload and as a channel: nobody is believed to be somebody, and
 * memory is given back.
 */
class NoiseFuzzTest {
  private static final byte[] STATIC_KEY = DhKeys.generate().publicKey();

  @FuzzTest(maxDuration = "2m")
  void payload(byte[] bytes) {
    try {
      NoisePayload.verify(bytes, STATIC_KEY);
      throw new IllegalStateException("a signature was forged");
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @FuzzTest(maxDuration = "2m")
  void channel(byte[] bytes) {
    ChannelSide side = new ChannelSide(false, List.of("/a"), null);
    try {
      side.channel.onBytes(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
    }
    assertNull(side.peer);
    side.budget.close();
    assertEquals(0, side.budget.used());
  }
}
