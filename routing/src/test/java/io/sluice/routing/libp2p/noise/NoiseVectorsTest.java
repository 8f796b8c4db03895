package io.sluice.routing.libp2p.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published examples of the handshake and of what follows it. */
class NoiseVectorsTest {
  private static final int HANDSHAKE_MESSAGES = 3;

  private final Properties vector = new Properties();
  private final ChaChaPoly engine = new ChaChaPoly();

  @ParameterizedTest
  @ValueSource(strings = {"cacophony", "snow"})
  void bothSidesWriteAndReadThePublishedBytes(String name) throws Exception {
    read(name);
    NoiseHandshake initiator = handshake(true, "init");
    NoiseHandshake responder = handshake(false, "resp");
    NoiseHandshake writer = initiator;
    NoiseHandshake reader = responder;
    for (int i = 0; i < HANDSHAKE_MESSAGES; i++) {
      byte[] message = writer.write(hex("payload." + i));
      assertArrayEquals(hex("ciphertext." + i), message);
      assertArrayEquals(hex("payload." + i), reader.read(message));
      NoiseHandshake next = reader;
      reader = writer;
      writer = next;
    }
    assertArrayEquals(initiator.hash(), responder.hash());
    if (vector.containsKey("handshake_hash")) {
      assertArrayEquals(hex("handshake_hash"), initiator.hash());
    }
    int messages = HANDSHAKE_MESSAGES;
    while (vector.containsKey("payload." + messages)) {
      // Directions go on to alternate.
      boolean fromResponder = messages % 2 == 1;
      checkTransport(
          messages, fromResponder ? responder : initiator, fromResponder ? initiator : responder);
      messages++;
    }
    assertEquals(
        vector.stringPropertyNames().stream().filter(k -> k.startsWith("p")).count(), messages);
  }

  private void checkTransport(int message, NoiseHandshake writer, NoiseHandshake reader)
      throws AuthenticationException {
    byte[] plain = hex("payload." + message);
    byte[] sealed = new byte[plain.length + ChaChaPoly.TAG_BYTES];
    byte[] nothing = {};
    assertEquals(
        sealed.length, engine.seal(writer.sender(), nothing, plain, 0, plain.length, sealed, 0));
    assertArrayEquals(hex("ciphertext." + message), sealed);
    byte[] opened = new byte[sealed.length];
    int length = engine.open(reader.receiver(), nothing, sealed, 0, sealed.length, opened, 0);
    assertArrayEquals(plain, Arrays.copyOf(opened, length));
  }

  private NoiseHandshake handshake(boolean initiator, String side) {
    return new NoiseHandshake(
        initiator,
        DhKeys.of(hex(side + "_static")),
        DhKeys.of(hex(side + "_ephemeral")),
        hex(side + "_prologue"),
        engine);
  }

  private byte[] hex(String property) {
    return HexFormat.of().parseHex(vector.getProperty(property));
  }

  private void read(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream(name + ".properties")) {
      vector.load(in);
    }
  }
}
