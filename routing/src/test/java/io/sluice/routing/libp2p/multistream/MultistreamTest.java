package io.sluice.routing.libp2p.multistream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.multiformat.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultistreamTest {
  private static final String HEADER = "132f6d756c746973747265616d2f312e302e300a";
  private static final String NOT_AVAILABLE = "036e610a";
  private static final String NOISE = "072f6e6f6973650a";

  private final ByteBuffer answers = ByteBuffer.allocate(4096);
  private final MultistreamListener listener = new MultistreamListener("/noise"::equals);

  @Test
  void theDialerSendsHeaderAndProposalTogether() throws IOException {
    MultistreamDialer dialer = new MultistreamDialer("/noise");
    assertEquals(HEADER + NOISE, hex(dialer.opening()));
    assertFalse(dialer.onBytes(bytes(HEADER)));
    assertTrue(dialer.onBytes(bytes(NOISE)));
  }

  @Test
  void theListenerRefusesUntilItIsOfferedWhatItHas() throws IOException {
    ByteBuffer in = bytes(HEADER + line("/tls/1.0.0") + NOISE + "0102");
    assertEquals("/noise", listener.onBytes(in, answers::put));
    assertEquals(HEADER + NOT_AVAILABLE + NOISE, hex(answers.flip()));
    assertEquals(2, in.remaining(), "what follows is not touched");
  }

  @Test
  void itDoesNotMatterHowLinesAreCut() throws IOException {
    byte[] whole = HexFormat.of().parseHex(HEADER + line("/other") + NOISE);
    for (int cut = 1; cut < whole.length; cut++) {
      MultistreamListener cutListener = new MultistreamListener("/noise"::equals);
      answers.clear();
      assertNull(cutListener.onBytes(ByteBuffer.wrap(whole, 0, cut), answers::put));
      ByteBuffer rest = ByteBuffer.wrap(whole, cut, whole.length - cut);
      assertEquals("/noise", cutListener.onBytes(rest, answers::put));
    }
    String agreed = null;
    for (byte next : whole) {
      agreed = listener.onBytes(ByteBuffer.wrap(new byte[] {next}), answers::put);
    }
    assertEquals("/noise", agreed);
  }

  @Test
  void aRefusalIsSaidInWords() throws IOException {
    MultistreamDialer dialer = new MultistreamDialer("/noise");
    Exception e =
        assertThrows(MalformedException.class, () -> dialer.onBytes(bytes(HEADER + NOT_AVAILABLE)));
    assertEquals("the peer does not speak /noise", e.getMessage());
    MultistreamDialer other = new MultistreamDialer("/noise");
    assertThrows(MalformedException.class, () -> other.onBytes(bytes(HEADER + line("/tls"))));
  }

  @Test
  void whatIsNotMultistreamIsRefusedAtItsFirstWrongByte() throws IOException {
    byte[] http = "GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
    assertThrows(
        MalformedException.class, () -> listener.onBytes(ByteBuffer.wrap(http), answers::put));
    MultistreamListener later = new MultistreamListener("/noise"::equals);
    assertNull(later.onBytes(bytes(HEADER.substring(0, 30)), answers::put));
    assertThrows(MalformedException.class, () -> later.onBytes(bytes("ff"), answers::put));
    assertEquals(0, answers.position());
  }

  @Test
  void aLineHasALimit() throws IOException {
    int limit = HostLimits.MULTISTREAM_LINE_BYTES;
    String longest = "/" + "a".repeat(limit - 2);
    assertNull(listener.onBytes(bytes(HEADER + line(longest)), answers::put));
    ByteBuffer beyond = bytes(line(longest + "a"));
    assertThrows(LimitException.class, () -> listener.onBytes(beyond, answers::put));
    String[] others = {"8108", "8080", "ffffffff0f"};
    for (String length : others) {
      MultistreamListener other = new MultistreamListener("/noise"::equals);
      assertThrows(
          IOException.class, () -> other.onBytes(bytes(HEADER + length + "00"), answers::put));
    }
  }

  @Test
  void linesEndWithALineFeed() {
    for (String line : new String[] {"00", "0161", "026162"}) {
      MultistreamListener other = new MultistreamListener("/noise"::equals);
      assertThrows(
          MalformedException.class, () -> other.onBytes(bytes(HEADER + line), answers::put), line);
    }
  }

  @Test
  void proposalsHaveALimit() throws IOException {
    ByteBuffer proposals = bytes(HEADER);
    listener.onBytes(proposals, answers::put);
    for (int i = 1; i < HostLimits.MULTISTREAM_PROPOSALS; i++) {
      assertNull(listener.onBytes(bytes(line("/p/" + i)), answers::put));
    }
    assertThrows(LimitException.class, () -> listener.onBytes(bytes(line("/q")), answers::put));
  }

  @Test
  void randomBytesAreRefusedOrWaitedFor() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      ByteBuffer in = ByteBuffer.allocate(HEADER.length() / 2 + bytes.length);
      in.put(HexFormat.of().parseHex(HEADER)).put(bytes).flip();
      MultistreamListener any = new MultistreamListener("/noise"::equals);
      try {
        assertNull(any.onBytes(in, answer -> answers.clear().put(answer)));
      } catch (IOException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }

  private static String line(String text) {
    return hex(MultistreamLine.line(text));
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
