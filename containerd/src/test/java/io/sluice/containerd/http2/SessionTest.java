package io.sluice.containerd.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.containerd.http2.SessionProbe.Sent;
import io.sluice.containerd.http2.StreamException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that keeps to RFC 9113, in all the ways that it allows. */
class SessionTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void anAnswerCutAtEveryByteIsTheSame() throws IOException {
    byte[] block = PeerFrames.block(":status", "200", "content-type", "application/grpc");
    byte[] padded = new byte[3 + 5 + block.length - 4];
    padded[0] = 2;
    System.arraycopy(block, 0, padded, 1 + 5, block.length - 4);
    byte[] rest = new byte[4];
    System.arraycopy(block, block.length - 4, rest, 0, 4);
    byte[] answer =
        new PeerFrames()
            .frame(Frame.PRIORITY, 0, 1, new byte[5])
            .headers(1, false, ":status", "103", "link", "early")
            .frame(Frame.HEADERS, Frame.FLAG_PADDED | Frame.FLAG_PRIORITY, 1, padded)
            .frame(Frame.CONTINUATION, 0, 1, new byte[0])
            .frame(Frame.CONTINUATION, Frame.FLAG_END_HEADERS, 1, rest)
            .data(1, false, ascii("one "))
            .frame(0xbe, 0xff, 7, ascii("unknown"))
            .frame(Frame.DATA, Frame.FLAG_PADDED, 1, ascii("\3two\0\0\0"))
            .data(1, false, new byte[0])
            .headers(1, true, "grpc-status", "0")
            .toBytes();
    for (int part = 1; part <= answer.length; part++) {
      SessionProbe probe = SessionProbe.ready();
      SessionStream stream = probe.open("question");
      probe.receive(answer, part);
      assertEquals("one two", probe.read(stream));
      assertEquals("application/grpc", stream.headersOrNull().firstOrNull("content-type"));
      assertEquals("0", stream.trailersOrNull().firstOrNull("grpc-status"));
      assertTrue(stream.answered());
      assertNull(stream.failureOrNull());
    }
  }

  @Test
  void itSaysWhoItIsAndWaitsForThePeer() throws IOException {
    SessionProbe probe = new SessionProbe();
    String preface = new String(probe.sentBytes(), StandardCharsets.ISO_8859_1);
    assertTrue(preface.startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    assertFalse(probe.session.hasRoom());
    probe.receive(new PeerFrames().settings());
    assertTrue(probe.session.hasRoom());
    Sent ack = probe.sent().getFirst();
    assertEquals(Frame.SETTINGS, ack.type());
    assertEquals(Frame.FLAG_ACK, ack.flags());
  }

  @Test
  void anAnswerWithoutBodyHasItsTrailersInFront() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    probe.receive(new PeerFrames().headers(1, true, ":status", "200", "grpc-status", "5"));
    assertEquals("5", stream.trailersOrNull().firstOrNull("grpc-status"));
    assertTrue(stream.answered());
  }

  @Test
  void aPingIsAnswered() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    probe.receive(new PeerFrames().frame(Frame.PING, 0, 0, ascii("12345678")));
    Sent pong = probe.sent().getFirst();
    assertEquals(Frame.PING, pong.type());
    assertEquals(Frame.FLAG_ACK, pong.flags());
    assertEquals("12345678", new String(pong.payload(), StandardCharsets.US_ASCII));
    probe.receive(new PeerFrames().frame(Frame.PING, Frame.FLAG_ACK, 0, new byte[8]));
    assertTrue(probe.sent().isEmpty());
  }

  @Test
  void aRequestWaitsForWindows() throws IOException {
    SessionProbe probe = SessionProbe.ready(Frame.SETTING_INITIAL_WINDOW_SIZE, 0);
    SessionStream stream = probe.open("question");
    assertEquals(List.of(Frame.HEADERS), types(probe.sent()));
    probe.receive(new PeerFrames().windowUpdate(1, 3));
    Sent part = probe.sent().getFirst();
    assertEquals("que", new String(part.payload(), StandardCharsets.US_ASCII));
    assertEquals(0, part.flags());
    // Smaller than what was sent already: the window is negative now.
    probe.receive(new PeerFrames().settings(Frame.SETTING_INITIAL_WINDOW_SIZE, 2));
    part = probe.sent().getLast();
    assertEquals("st", new String(part.payload(), StandardCharsets.US_ASCII));
    probe.receive(new PeerFrames().settings(Frame.SETTING_INITIAL_WINDOW_SIZE, 0));
    assertEquals(-2, stream.sendWindow());
    probe.sent();
    probe.receive(new PeerFrames().windowUpdate(1, 100));
    part = probe.sent().getFirst();
    assertEquals("ion", new String(part.payload(), StandardCharsets.US_ASCII));
    assertEquals(Frame.FLAG_END_STREAM, part.flags());
  }

  @Test
  void anEmptyRequestNeedsNoWindow() throws IOException {
    SessionProbe probe = SessionProbe.ready(Frame.SETTING_INITIAL_WINDOW_SIZE, 0);
    probe.open("");
    assertEquals(List.of(Frame.HEADERS, Frame.DATA), types(probe.sent()));
  }

  @Test
  void aLongRequestIsCutIntoFramesAndWaitsForTheConnection() throws IOException {
    SessionProbe probe = SessionProbe.ready(Frame.SETTING_INITIAL_WINDOW_SIZE, 1 << 20);
    probe.open("x".repeat(100_000));
    List<Sent> sent = probe.sent();
    assertTrue(sent.stream().allMatch(frame -> frame.payload().length <= 1 << 14));
    assertEquals(65_535, dataBytes(sent));
    probe.receive(new PeerFrames().windowUpdate(0, 100_000));
    sent = probe.sent();
    assertEquals(100_000 - 65_535, dataBytes(sent));
    assertEquals(Frame.FLAG_END_STREAM, sent.getLast().flags());
  }

  @Test
  void windowsAreReopenedOnceRead() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    probe.sent();
    byte[] half = new byte[Http2Limits.STREAM_WINDOW_BYTES / 2];
    probe.receive(new PeerFrames().grpcHeaders(1).data(1, false, half).data(1, false, half));
    List<Sent> sent = probe.sent();
    // The connection's window at once, the stream's when somebody has read.
    assertEquals(1, sent.size());
    assertEquals(0, sent.getFirst().streamId());
    assertEquals(Http2Limits.STREAM_WINDOW_BYTES, sent.getFirst().number(0));
    assertEquals(2 * half.length, probe.read(stream).length());
    sent = probe.sent();
    assertEquals(1, sent.getFirst().streamId());
    assertEquals(Http2Limits.STREAM_WINDOW_BYTES, sent.getFirst().number(0));
  }

  @Test
  void theStreamsOfThePeerAreRespected() throws IOException {
    SessionProbe probe = SessionProbe.ready(Frame.SETTING_MAX_CONCURRENT_STREAMS, 1);
    probe.open("");
    assertFalse(probe.session.hasRoom());
    probe.receive(new PeerFrames().headers(1, true, ":status", "200"));
    assertTrue(probe.session.hasRoom());
    probe.receive(new PeerFrames().settings(Frame.SETTING_MAX_CONCURRENT_STREAMS, -1));
    for (int i = 0; i < Http2Limits.STREAMS_MAX; i++) {
      assertTrue(probe.session.hasRoom());
      probe.open("");
    }
    assertFalse(probe.session.hasRoom());
  }

  @Test
  void whenThePeerGoesAwayLaterStreamsFailAndEarlierOnesEnd() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream first = probe.open("");
    SessionStream second = probe.open("");
    probe.receive(
        new PeerFrames()
            .goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR)
            .goAway(1, ErrorCode.NO_ERROR));
    assertEquals(Reason.REFUSED, second.failureOrNull().reason());
    assertNull(first.failureOrNull());
    assertFalse(probe.session.isFinished());
    StreamException refused = assertThrows(StreamException.class, () -> probe.open(""));
    assertEquals(Reason.REFUSED, refused.reason());
    probe.receive(new PeerFrames().headers(1, true, ":status", "200"));
    assertTrue(first.answered());
    assertTrue(probe.session.isFinished());
  }

  @Test
  void aStreamThatIsEndedByThePeerFails() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream first = probe.open("");
    SessionStream second = probe.open("");
    probe.receive(
        new PeerFrames().reset(1, ErrorCode.REFUSED_STREAM).reset(3, ErrorCode.INTERNAL_ERROR));
    assertEquals(Reason.REFUSED, first.failureOrNull().reason());
    assertEquals(Reason.RESET, second.failureOrNull().reason());
  }

  @Test
  void whatComesForACancelledStreamIsPassedOver() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    probe.sent();
    probe.session.cancel(stream);
    Sent reset = probe.sent().getFirst();
    assertEquals(Frame.RST_STREAM, reset.type());
    assertEquals(ErrorCode.CANCEL.ordinal(), reset.number(0));
    probe.session.cancel(stream);
    assertTrue(probe.sent().isEmpty());
    probe.receive(
        new PeerFrames()
            .grpcHeaders(1)
            .data(1, false, new byte[16_000])
            .data(1, false, new byte[16_000])
            .data(1, false, new byte[16_000])
            .windowUpdate(1, 0)
            .reset(1, ErrorCode.CANCEL)
            .grpcTrailers(1));
    assertEquals(List.of(Frame.WINDOW_UPDATE), types(probe.sent()));
  }

  @Test
  void anAnswerBeforeTheRequestWasSentEndsIt() throws IOException {
    SessionProbe probe = SessionProbe.ready(Frame.SETTING_INITIAL_WINDOW_SIZE, 0);
    SessionStream stream = probe.open("question");
    probe.sent();
    probe.receive(new PeerFrames().headers(1, true, ":status", "200"));
    assertTrue(stream.answered());
    assertEquals(List.of(Frame.RST_STREAM), types(probe.sent()));
  }

  @Test
  void closingFailsWhatIsUnderWay() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    probe.session.close();
    assertNotNull(stream.failureOrNull());
    assertEquals(Reason.LOST, stream.failureOrNull().reason());
    assertTrue(probe.session.isFinished());
    assertEquals(Frame.GOAWAY, probe.sent().getLast().type());
  }

  private static List<Integer> types(List<Sent> frames) {
    return frames.stream().map(Sent::type).toList();
  }

  private static int dataBytes(List<Sent> frames) {
    return frames.stream()
        .filter(frame -> frame.type() == Frame.DATA)
        .mapToInt(frame -> frame.payload().length)
        .sum();
  }
}
