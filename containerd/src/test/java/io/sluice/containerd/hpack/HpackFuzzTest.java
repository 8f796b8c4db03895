package io.sluice.containerd.hpack;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Arbitrary bytes as header blocks: refused in words or understood, and limits hold. */
class HpackFuzzTest {
  private static final int TABLE = 256;
  private static final int LIST = 512;

  @FuzzTest(maxDuration = "2m")
  void blocks(byte[] bytes) {
    HpackDecoder decoder = new HpackDecoder(TABLE, LIST);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      // Each block is as long as its first byte says.
      while (in.hasRemaining()) {
        int length = Math.min(in.get() & 0xff, in.remaining());
        HeaderList list = decoder.decode(in.slice(in.position(), length));
        in.position(in.position() + length);
        assertTrue(list.fields().stream().mapToInt(Header::size).sum() <= LIST);
        assertTrue(decoder.tableSize() <= TABLE);
        list.isWellFormed();
      }
    } catch (HpackException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }
}
