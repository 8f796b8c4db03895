package io.sluice.routing.libp2p.psk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreSharedKeyTest {
  private static final String HEADER = "/key/swarm/psk/1.0.0/\n";

  @TempDir private Path directory;

  @Test
  void allEncodingsOfTheSpecificationAreTheSameKey() throws IOException {
    byte[] key = new byte[32];
    new Random(1).nextBytes(key);
    byte[] bin = (HEADER + "/bin/\n").getBytes(StandardCharsets.US_ASCII);
    byte[] binary = Arrays.copyOf(bin, bin.length + 32);
    System.arraycopy(key, 0, binary, bin.length, 32);
    String hex = HexFormat.of().formatHex(key);
    String base64 = Base64.getEncoder().encodeToString(key);
    byte[] expected = encrypted(PreSharedKey.of(key));
    assertArrayEquals(expected, encrypted(read(HEADER + "/base16/\n" + hex + "\n")));
    assertArrayEquals(expected, encrypted(read(HEADER + "/base16/\n" + hex.toUpperCase())));
    assertArrayEquals(expected, encrypted(read(HEADER + "/base64/\n" + base64 + "\n")));
    assertArrayEquals(
        expected, encrypted(read((HEADER + "/base16/\n" + hex + "\n").replace("\n", "\r\n"))));
    Path file = Files.write(directory.resolve("binary"), binary);
    assertArrayEquals(expected, encrypted(PreSharedKey.read(file)));
    assertEquals("a pre-shared key", PreSharedKey.of(key).toString(), "it is not shown");
  }

  @Test
  void whatIsNoKeyFileIsRefusedWithARemedy() {
    String hex = "00".repeat(32);
    String[] files = {
      "",
      hex,
      HEADER,
      HEADER + "/base16/\n",
      HEADER + "/base16/\n" + hex + "00\n",
      HEADER + "/base16/\n" + hex.substring(2) + "\n",
      HEADER + "/base16/\nxy\n",
      HEADER + "/base64/\n" + hex + "\n",
      HEADER + "/base32/\n" + hex + "\n",
      HEADER + "/bin/\n123",
      "/key/swarm/psk/2.0.0/\n/base16/\n" + hex,
      HEADER + "/base16/\n" + hex + " ".repeat(5000)
    };
    for (String text : files) {
      IOException e = assertThrows(IOException.class, () -> read(text), text);
      assertTrue(e.getMessage().contains("it has to be /key/swarm/psk/1.0.0/"), e.getMessage());
    }
    Path missing = directory.resolve("missing");
    IOException e = assertThrows(IOException.class, () -> PreSharedKey.read(missing));
    assertTrue(e.getMessage().contains("name a file"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> PreSharedKey.of(new byte[31]));
  }

  @Test
  void theNonceArrivesFirstHoweverItIsCut() {
    PreSharedKey key = PreSharedKey.of(new byte[32]);
    PrivateChannel one = new PrivateChannel(key, new SecureRandom());
    PrivateChannel two = new PrivateChannel(key, new SecureRandom());
    byte[] sent = new byte[1000];
    new Random(2).nextBytes(sent);
    ByteBuffer wire = ByteBuffer.allocate(24 + sent.length).put(one.opening());
    ByteBuffer body = ByteBuffer.wrap(sent.clone());
    one.encrypt(body);
    wire.put(body).flip();
    ByteBuffer received = ByteBuffer.allocate(sent.length);
    while (wire.hasRemaining()) {
      byte[] part = new byte[Math.min(7, wire.remaining())];
      wire.get(part);
      ByteBuffer in = ByteBuffer.wrap(part);
      two.decrypt(in);
      received.put(in);
    }
    assertArrayEquals(sent, received.array());
  }

  private PreSharedKey read(String text) throws IOException {
    return PreSharedKey.read(Files.writeString(directory.resolve("swarm.key"), text));
  }

  private static byte[] encrypted(PreSharedKey key) {
    byte[] bytes = new byte[32];
    key.cipher(new byte[24]).apply(bytes, 0, bytes.length);
    return bytes;
  }
}
