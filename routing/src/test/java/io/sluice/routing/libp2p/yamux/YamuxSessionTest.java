package io.sluice.routing.libp2p.yamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.multiformat.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class YamuxSessionTest {
  private static final int WINDOW = HostLimits.STREAM_WINDOW_BYTES;

  private final YamuxSide client = new YamuxSide(true);
  private final YamuxSide server = new YamuxSide(false);

  @Test
  void aStreamIsOpenedUsedAndEndedWithTheseBytes() throws IOException {
    YamuxSide.Received opened = client.open();
    opened.stream.send(ByteBuffer.wrap(new byte[] {7, 8}));
    opened.stream.closeWrite();
    // Data with SYN on stream 1, then a window update with FIN.
    assertEquals(
        "00 00 0001 00000001 00000002 0708 00 01 0004 00000001 00000000".replace(" ", ""),
        client.outputHex());
    server.receive("00 00 0001 00000001 00000002 0708 00 01 0004 00000001 00000000");
    YamuxSide.Received accepted = server.accepted.getFirst();
    assertArrayEquals(new byte[] {7, 8}, accepted.bytes.toByteArray());
    assertTrue(accepted.ended);
    accepted.stream.send(ByteBuffer.wrap(new byte[] {9}));
    accepted.stream.closeWrite();
    // Data with ACK, then FIN; and nothing is left of the stream.
    assertEquals(
        "00 00 0002 00000001 00000001 09 00 01 0004 00000001 00000000".replace(" ", ""),
        server.outputHex());
    assertEquals(0, server.session.streams());
    client.receive("00 00 0002 00000001 00000001 09 00 01 0004 00000001 00000000");
    assertTrue(opened.ended);
    assertEquals(0, client.session.streams());
    assertNull(opened.failure);
    assertEquals(0, client.total.used());
  }

  @Test
  void withoutBytesAStreamIsAnnouncedByAWindowUpdate() {
    client.open();
    server.open();
    client.open();
    assertEquals("000100010000000100000000" + "000100010000000300000000", client.outputHex());
    assertEquals("000100010000000200000000", server.outputHex());
  }

  @Test
  void aResetDropsBothDirections() throws IOException {
    YamuxSide.Received opened = client.open();
    server.receive(client.output());
    YamuxSide.Received accepted = server.accepted.getFirst();
    accepted.stream.reset();
    assertEquals("000100080000000100000000", server.outputHex());
    assertNull(accepted.failure, "who resets hears nothing");
    client.receive("000100080000000100000000");
    assertNotNull(opened.failure);
    assertFalse(opened.stream.send(ByteBuffer.wrap(new byte[1])));
    assertEquals(0, client.session.streams());
    // What was on its way is passed over.
    server.receive("00 00 0000 00000001 00000003 010203");
    server.receive("00 01 0004 00000001 00000000");
    assertEquals(0, accepted.bytes.size());
  }

  @Test
  void aStreamThatWasNeverAnnouncedIsNotReset() {
    YamuxSide.Received opened = client.open();
    opened.stream.reset();
    assertEquals("", client.outputHex());
  }

  @Test
  void pingsAreAnswered() throws IOException {
    server.receive("00 02 0001 00000000 11223344");
    assertEquals("00 02 0002 00000000 11223344".replace(" ", ""), server.outputHex());
    client.session.ping(0x01020304);
    assertEquals("00 02 0001 00000000 01020304".replace(" ", ""), client.outputHex());
    client.receive("00 02 0002 00000000 01020304");
    assertEquals(1, client.pongs);
  }

  @Test
  void whoGoesAwayTakesNoMoreStreams() throws IOException {
    server.session.goAway(YamuxSession.NORMAL);
    client.receive(server.output());
    assertEquals(0, client.goAway);
    assertNull(client.session.open(new YamuxSide.Received()));
    assertNull(server.session.open(new YamuxSide.Received()));
    server.receive("00 01 0001 00000001 00000000");
    assertEquals("000100080000000100000000", server.outputHex());
  }

  @Test
  void noMoreIsSentThanTheWindowAllows() throws IOException {
    YamuxSide.Received opened = client.open();
    assertTrue(opened.stream.send(ByteBuffer.wrap(new byte[WINDOW])));
    byte[] first = client.output();
    assertTrue(opened.stream.send(ByteBuffer.wrap(new byte[10])));
    assertEquals(0, client.output().length, "the window is used up");
    server.receive(first);
    byte[] credit = server.output();
    assertTrue(credit.length > 0, "what was taken is given back");
    client.receive(credit);
    server.receive(client.output());
    assertEquals(WINDOW + 10, server.accepted.getFirst().bytes.size());
    assertEquals(0, opened.stream.waitingBytes());
  }

  @Test
  void moreThanMayWaitIsNotTaken() {
    YamuxSide.Received opened = client.open();
    assertTrue(opened.stream.send(ByteBuffer.wrap(new byte[HostLimits.STREAM_SEND_BYTES])));
    assertFalse(opened.stream.send(ByteBuffer.wrap(new byte[1])));
    assertEquals(HostLimits.STREAM_SEND_BYTES, opened.stream.waitingBytes());
    opened.stream.reset();
    assertEquals(0, client.total.used());
  }

  @Test
  void aConnectionHasItsShareOfMemoryAndNoMore() {
    int streams = HostLimits.CONNECTION_BUFFER_BYTES / HostLimits.STREAM_SEND_BYTES;
    ByteBuffer full = ByteBuffer.allocate(HostLimits.STREAM_SEND_BYTES);
    for (int i = 0; i < streams; i++) {
      assertTrue(client.open().stream.send(full.clear()));
    }
    assertFalse(client.open().stream.send(ByteBuffer.wrap(new byte[1])));
    client.session.close("test");
    assertEquals(0, client.total.used());
  }

  @Test
  void aFrameMayUseTheWindowAndNotMore() throws IOException {
    server.receive("00 01 0001 00000001 00000000");
    server.receive("00 00 0000 00000001 00040000");
    YamuxSide other = new YamuxSide(false);
    other.receive("00 01 0001 00000001 00000000");
    LimitException e =
        assertThrows(LimitException.class, () -> other.receive("00 00 0000 00000001 00040001"));
    assertTrue(e.getMessage().contains("262145"), e.getMessage());
    // Also on a stream that is not known, where it would be passed over.
    assertThrows(LimitException.class, () -> other.receive("00 00 0000 00000009 00040001"));
    assertThrows(LimitException.class, () -> other.receive("00 00 0000 00000009 ffffffff"));
  }

  @Test
  void framesTogetherMayNotUseMoreThanTheWindow() throws IOException {
    server.receive("00 01 0001 00000001 00000000");
    byte[] frame = new byte[12 + 100_000];
    ByteBuffer header = ByteBuffer.wrap(frame);
    YamuxFrame.write(header, YamuxFrame.DATA, 0, 1, 100_000);
    server.receive(frame);
    // Less than half of the window is used: no credit yet, and that much is left.
    header.clear();
    YamuxFrame.write(header, YamuxFrame.DATA, 0, 1, WINDOW - 100_000 + 1);
    byte[] beyond = frame.clone();
    assertThrows(LimitException.class, () -> server.receive(beyond));
  }

  @Test
  void aPeerHasSoManyStreamsAndAnotherIsReset() throws IOException {
    for (int i = 0; i < HostLimits.STREAMS_INBOUND; i++) {
      server.receive(String.format("00 01 0001 %08x 00000000", 2 * i + 1));
    }
    assertEquals(HostLimits.STREAMS_INBOUND, server.session.streams());
    assertEquals("", server.outputHex());
    int next = 2 * HostLimits.STREAMS_INBOUND + 1;
    server.receive(String.format("00 01 0001 %08x 00000000", next));
    assertEquals(String.format("00010008%08x00000000", next), server.outputHex());
    assertEquals(HostLimits.STREAMS_INBOUND, server.session.streams());
    server.accepted.getFirst().stream.reset();
    server.output();
    server.receive(String.format("00 01 0001 %08x 00000000", next + 2));
    assertEquals(HostLimits.STREAMS_INBOUND, server.session.streams());
  }

  @Test
  void thisSideHasSoManyStreams() {
    for (int i = 0; i < HostLimits.STREAMS_OUTBOUND; i++) {
      assertNotNull(client.session.open(new YamuxSide.Received()));
    }
    assertNull(client.session.open(new YamuxSide.Received()));
  }

  @Test
  void whoAsksAndDoesNotReadIsRefused() throws IOException {
    int answers = HostLimits.CONTROL_BYTES / YamuxFrame.HEADER_BYTES;
    for (int i = 0; i < answers; i++) {
      server.receive("00 02 0001 00000000 00000001");
    }
    assertThrows(LimitException.class, () -> server.receive("00 02 0001 00000000 00000001"));
  }

  @Test
  void violationsOfTheProtocolAreRefused() throws IOException {
    String[] frames = {
      "01 01 0001 00000001 00000000", // another version
      "00 04 0000 00000001 00000000", // another type
      "00 01 0001 00000002 00000000", // an id of this side
      "00 01 0001 00000000 00000000", // the id of the session
      "00 01 0001 00000001 00000000 00 01 0001 00000001 00000000", // opened twice
      "00 01 0005 00000001 00000000 00 00 0000 00000001 00000001 00", // data after the end
      "00 01 0001 00000001 ffffffff 00 01 0000 00000001 ffffffff" // credit without end
    };
    for (String frame : frames) {
      YamuxSide side = new YamuxSide(false);
      assertThrows(MalformedException.class, () -> side.receive(frame), frame);
    }
    // Not violations: an unknown stream, an unknown flag, a reset with a reason, an empty frame.
    server.receive("00 01 0000 00000005 00000001");
    server.receive("00 01 8001 00000007 00000000");
    server.receive("00 01 0008 00000007 00000042");
    server.receive("00 00 0000 00000009 00000000");
    assertEquals(0, server.session.streams());
  }

  @Test
  void nothingIsGivenOutOnceTheConnectionIsClosed() throws IOException {
    server.closed = true;
    server.receive("00 01 0001 00000001 00000000");
    assertEquals(0, server.accepted.size());
  }
}
