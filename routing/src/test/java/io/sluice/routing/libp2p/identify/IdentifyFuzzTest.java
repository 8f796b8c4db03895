package io.sluice.routing.libp2p.identify;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.multiformat.Multiaddr;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Arbitrary bytes as what a peer says of itself: refused in words, or within the limits. */
class IdentifyFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void message(byte[] bytes) {
    IdentifyMessage message = new IdentifyMessage();
    try {
      message.add(ByteBuffer.wrap(bytes));
      message.add(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
    }
    assertTrue(message.addresses().size() <= HostLimits.IDENTIFY_ADDRESSES);
    assertTrue(message.protocols().size() <= HostLimits.IDENTIFY_PROTOCOLS);
    for (Multiaddr address : message.addresses()) {
      assertFalse(address.toString().isEmpty());
    }
  }

  @FuzzTest(maxDuration = "2m")
  void delimited(byte[] bytes) {
    DelimitedReader reader = new DelimitedReader(HostLimits.IDENTIFY_MESSAGE_BYTES);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      for (ByteBuffer next = reader.next(in); next != null; next = reader.next(in)) {
        assertTrue(next.remaining() <= HostLimits.IDENTIFY_MESSAGE_BYTES);
      }
      assertFalse(in.hasRemaining());
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }
}
