package io.sluice.routing.libp2p.multistream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Arbitrary bytes as a negotiation: both sides refuse them in words, wait for more, or agree, and
 * it does not matter how they are cut.
 */
class MultistreamFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void listener(byte[] bytes) {
    assertEquals(listen(bytes, bytes.length), listen(bytes, 1));
  }

  @FuzzTest(maxDuration = "2m")
  void dialer(byte[] bytes) {
    MultistreamDialer dialer = new MultistreamDialer("/noise");
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (!dialer.onBytes(in)) {
        assertFalse(in.hasRemaining());
      }
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  /** What comes of it, and what is answered. */
  private static String listen(byte[] bytes, int partBytes) {
    MultistreamListener listener = new MultistreamListener("/noise"::equals);
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    String outcome = "waits";
    try {
      for (int at = 0; at < bytes.length && outcome.equals("waits"); at += partBytes) {
        ByteBuffer part = ByteBuffer.wrap(bytes, at, Math.min(partBytes, bytes.length - at));
        String agreed =
            listener.onBytes(part, answer -> answers.write(answer.array(), 0, answer.limit()));
        if (agreed != null) {
          outcome = "agrees on " + agreed + " before " + (bytes.length - part.position());
        }
      }
    } catch (IOException e) {
      outcome = e.getMessage();
    }
    // Where the buffer stands differs with the cut; what was agreed on does not.
    return outcome.replaceAll(" before .*", "") + answers;
  }
}
