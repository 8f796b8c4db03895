package io.sluice.routing.libp2p.yamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.routing.libp2p.HostLimits;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Arbitrary bytes as a session: they are refused in words or understood, it does not matter how
 * they are cut, limits hold, and memory is given back.
 */
class YamuxFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void session(byte[] bytes) {
    YamuxSide whole = new YamuxSide(false);
    YamuxSide cut = new YamuxSide(false);
    String first = feed(whole, bytes, bytes.length);
    String second = feed(cut, bytes, 1);
    assertEquals(first, second);
    assertEquals(whole.accepted.size(), cut.accepted.size());
    for (int i = 0; i < whole.accepted.size(); i++) {
      YamuxSide.Received expected = whole.accepted.get(i);
      YamuxSide.Received actual = cut.accepted.get(i);
      assertEquals(expected.bytes.toString(), actual.bytes.toString());
      assertEquals(expected.ended, actual.ended);
      assertEquals(expected.failure, actual.failure);
    }
    assertTrue(whole.session.streams() <= HostLimits.STREAMS_INBOUND);
    whole.output();
    whole.session.close("test");
    assertEquals(0, whole.total.used());
  }

  private static String feed(YamuxSide side, byte[] bytes, int partBytes) {
    try {
      for (int at = 0; at < bytes.length; at += partBytes) {
        int length = Math.min(partBytes, bytes.length - at);
        side.session.onBytes(ByteBuffer.wrap(bytes, at, length));
      }
      return "";
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
      return e.getMessage();
    }
  }
}
