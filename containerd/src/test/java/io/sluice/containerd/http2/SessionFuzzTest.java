package io.sluice.containerd.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;

/**
 * Arbitrary bytes of a peer: refused in words or understood, it does not matter how they are cut,
 * and windows hold.
 */
class SessionFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void answers(byte[] bytes) throws IOException {
    SessionProbe whole = SessionProbe.ready(Frame.SETTING_INITIAL_WINDOW_SIZE, 4);
    SessionProbe cut = SessionProbe.ready(Frame.SETTING_INITIAL_WINDOW_SIZE, 4);
    SessionStream[] wholeStreams = {whole.open("question"), whole.open("")};
    SessionStream[] cutStreams = {cut.open("question"), cut.open("")};
    assertEquals(feed(whole, bytes, Math.max(1, bytes.length)), feed(cut, bytes, 1));
    for (int i = 0; i < wholeStreams.length; i++) {
      SessionStream first = wholeStreams[i];
      SessionStream second = cutStreams[i];
      assertTrue(first.available() <= Http2Limits.STREAM_WINDOW_BYTES);
      assertEquals(first.answered(), second.answered());
      assertEquals(reason(first), reason(second));
      assertEquals(whole.read(first), cut.read(second));
    }
    assertTrue(Arrays.equals(whole.sentBytes(), cut.sentBytes()));
  }

  private static String feed(SessionProbe probe, byte[] bytes, int part) {
    try {
      probe.receive(bytes, part);
      return "";
    } catch (Http2Exception e) {
      assertFalse(e.getMessage().isEmpty());
      return e.getMessage();
    }
  }

  private static String reason(SessionStream stream) {
    return stream.failureOrNull() == null ? "" : stream.failureOrNull().getMessage();
  }
}
