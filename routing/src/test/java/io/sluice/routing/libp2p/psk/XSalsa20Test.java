package io.sluice.routing.libp2p.psk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class XSalsa20Test {
  /** D. J. Bernstein, "Cryptography in NaCl", sections 8 and 10: firstkey and nonce. */
  @Test
  void theKeyStreamOfTheNaclPaper() {
    byte[] key =
        HexFormat.of().parseHex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    byte[] nonce = HexFormat.of().parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    byte[] stream = new byte[32];
    new XSalsa20(key, nonce).apply(stream, 0, stream.length);
    assertEquals(
        "eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880",
        HexFormat.of().formatHex(stream));
  }

  /** The examples of golang.org/x/crypto/salsa20. */
  @Test
  void theExamplesOfGo() {
    checkGo(
        "Hello world!",
        "24-byte nonce for xsalsa",
        "this is 32-byte key for xsalsa20",
        "002d4513843fc240c401e541");
    checkGo(
        "\0".repeat(64),
        "24-byte nonce for xsalsa",
        "this is 32-byte key for xsalsa20",
        "4848297feb1fb52fb66d81609bd547fabcbe7026edc8b5e5e449d088bfa69c08"
            + "8f5d8da1d791267c2c195a7f8cae9c4b4050d08ce6d3a151ec265f3a58e47648");
  }

  @Test
  void itDoesNotMatterHowTheStreamIsCut() {
    byte[] key = new byte[32];
    byte[] nonce = new byte[24];
    byte[] whole = new byte[10_000];
    new XSalsa20(key, nonce).apply(whole, 0, whole.length);
    byte[] parts = new byte[whole.length];
    XSalsa20 cipher = new XSalsa20(key, nonce);
    Random random = new Random(1);
    for (int at = 0; at < parts.length; ) {
      int length = Math.min(random.nextInt(200), parts.length - at);
      cipher.apply(parts, at, length);
      at += length;
    }
    assertArrayEquals(whole, parts);
    // Blocks differ, so that the counter counts.
    byte[] first = Arrays.copyOf(whole, 64);
    byte[] second = Arrays.copyOfRange(whole, 64, 128);
    assertEquals(false, Arrays.equals(first, second));
  }

  private static void checkGo(String plain, String nonce, String key, String expected) {
    byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);
    new XSalsa20(key.getBytes(StandardCharsets.US_ASCII), nonce.getBytes(StandardCharsets.US_ASCII))
        .apply(bytes, 0, bytes.length);
    assertEquals(expected, HexFormat.of().formatHex(bytes));
  }
}
