package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VarintTest {
  @Test
  void examplesOfTheSpecification() throws MalformedException {
    checkBothWays(1, "01");
    checkBothWays(127, "7f");
    checkBothWays(128, "8001");
    checkBothWays(255, "ff01");
    checkBothWays(300, "ac02");
    checkBothWays(16_384, "808001");
    checkBothWays(0, "00");
    checkBothWays(Long.MAX_VALUE, "ffffffffffffffff7f");
  }

  @Test
  void longerThanNecessaryIsRefused() {
    assertThrows(MalformedException.class, () -> read("8000"));
    assertThrows(MalformedException.class, () -> read("818000"));
    assertThrows(MalformedException.class, () -> read("ffffffffffffffffff01"));
    assertThrows(MalformedException.class, () -> read("808080808080808080"));
    assertThrows(IllegalArgumentException.class, () -> Varint.write(ByteBuffer.allocate(10), -1));
  }

  @Test
  void cutShortTakesNothing() throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex("ac"));
    assertEquals(Varint.INCOMPLETE, Varint.tryRead(in));
    assertEquals(0, in.position());
    assertThrows(MalformedException.class, () -> Varint.read(in));
  }

  @Test
  void anyValueComesBack() throws MalformedException {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >>> 1 + random.nextInt(63);
      ByteBuffer out = ByteBuffer.allocate(Varint.BYTES_MAX);
      Varint.write(out, value);
      assertEquals(Varint.size(value), out.position());
      assertEquals(value, Varint.read(out.flip()));
    }
  }

  private static void checkBothWays(long value, String hex) throws MalformedException {
    ByteBuffer out = ByteBuffer.allocate(Varint.BYTES_MAX);
    Varint.write(out, value);
    assertArrayEquals(
        HexFormat.of().parseHex(hex), Arrays.copyOf(out.array(), out.position()), hex);
    assertEquals(value, read(hex));
  }

  private static long read(String hex) throws MalformedException {
    return Varint.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }
}
