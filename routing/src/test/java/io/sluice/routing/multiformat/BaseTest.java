package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BaseTest {
  @Test
  void base58ExamplesOfItsDraft() throws MalformedException {
    check58("Hello World!", "2NEpo7TZRRrLZSi2U");
    check58(
        "The quick brown fox jumps over the lazy dog.",
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z");
    assertEquals("11233QC4", Base58.encode(HexFormat.of().parseHex("0000287fb4cd")));
    assertArrayEquals(HexFormat.of().parseHex("0000287fb4cd"), Base58.decode("11233QC4"));
    assertEquals("", Base58.encode(new byte[0]));
    assertEquals(0, Base58.decode("").length);
  }

  @Test
  void base32ExamplesOfRfc4648() throws MalformedException {
    String[] encoded = {"", "my", "mzxq", "mzxw6", "mzxw6yq", "mzxw6ytb", "mzxw6ytboi"};
    for (int i = 0; i < encoded.length; i++) {
      byte[] bytes = "foobar".substring(0, i).getBytes(StandardCharsets.US_ASCII);
      assertEquals(encoded[i], Base32.encode(bytes));
      assertArrayEquals(bytes, Base32.decode(encoded[i]));
    }
  }

  @Test
  void whatIsNoDigitIsRefused() {
    for (String text : new String[] {"0", "O", "I", "l", "a b", "é", "1".repeat(129)}) {
      assertThrows(MalformedException.class, () -> Base58.decode(text), text);
    }
    for (String text : new String[] {"M", "m1", "m=", "mz", "a", "mzxw6a"}) {
      assertThrows(MalformedException.class, () -> Base32.decode(text), text);
    }
  }

  @Test
  void anyBytesComeBack() throws MalformedException {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      for (int zeros = random.nextInt(4), at = 0; at < Math.min(zeros, bytes.length); at++) {
        bytes[at] = 0;
      }
      assertArrayEquals(bytes, Base58.decode(Base58.encode(bytes)));
      assertArrayEquals(bytes, Base32.decode(Base32.encode(bytes)));
    }
  }

  private static void check58(String text, String encoded) throws MalformedException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertEquals(encoded, Base58.encode(bytes));
    assertArrayEquals(bytes, Base58.decode(encoded));
  }
}
