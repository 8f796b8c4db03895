package io.sluice.containerd.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.containerd.http2.SessionProbe.Sent;
import io.sluice.containerd.http2.StreamException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that breaks the rules loses a stream or the connection, and is told why. */
class HostilePeerTest {
  private static PeerFrames frames() {
    return new PeerFrames();
  }

  private static byte[] bytes(int length) {
    return new byte[length];
  }

  static Stream<Arguments> framesThatEndTheConnection() {
    return Stream.concat(framesOfStreams(), framesOfTheConnection());
  }

  private static Stream<Arguments> framesOfStreams() {
    ErrorCode protocol = ErrorCode.PROTOCOL_ERROR;
    ErrorCode size = ErrorCode.FRAME_SIZE_ERROR;
    int endHeaders = Frame.FLAG_END_HEADERS;
    return Stream.of(
        arguments("a frame too long", size, frames().data(1, false, bytes((1 << 14) + 1))),
        arguments("data on stream 0", protocol, frames().data(0, false, bytes(1))),
        arguments("data of a stream of its own", protocol, frames().data(2, false, bytes(1))),
        arguments("data of a later stream", protocol, frames().data(5, false, bytes(1))),
        arguments("headers of a later stream", protocol, frames().grpcHeaders(5)),
        arguments("headers on stream 0", protocol, frames().grpcHeaders(0)),
        arguments("a reset of a later stream", protocol, frames().reset(5, ErrorCode.CANCEL)),
        arguments("a short reset", size, frames().frame(Frame.RST_STREAM, 0, 1, bytes(3))),
        arguments("a push", protocol, frames().frame(Frame.PUSH_PROMISE, endHeaders, 1, bytes(9))),
        arguments(
            "a continuation of nothing",
            protocol,
            frames().frame(Frame.CONTINUATION, endHeaders, 1, bytes(0))),
        arguments(
            "a block that is interrupted",
            protocol,
            frames().frame(Frame.HEADERS, 0, 1, bytes(0)).frame(Frame.PING, 0, 0, bytes(8))),
        arguments(
            "a block that is continued elsewhere",
            protocol,
            frames()
                .frame(Frame.HEADERS, 0, 1, bytes(0))
                .frame(Frame.CONTINUATION, 0, 3, bytes(0))),
        arguments(
            "a block that cannot be decoded",
            ErrorCode.COMPRESSION_ERROR,
            frames().frame(Frame.HEADERS, endHeaders, 1, new byte[] {(byte) 0x80})),
        arguments(
            "a table that is too large",
            ErrorCode.COMPRESSION_ERROR,
            frames().frame(Frame.HEADERS, endHeaders, 1, new byte[] {0x3f, (byte) 0xe2, 0x1f})),
        arguments(
            "padding in an empty frame",
            size,
            frames().frame(Frame.DATA, Frame.FLAG_PADDED, 1, bytes(0))),
        arguments(
            "padding longer than its frame",
            protocol,
            frames().frame(Frame.DATA, Frame.FLAG_PADDED, 1, new byte[] {5, 0})),
        arguments(
            "headers too short for their priority",
            size,
            frames().frame(Frame.HEADERS, Frame.FLAG_PRIORITY | endHeaders, 1, bytes(4))));
  }

  private static Stream<Arguments> framesOfTheConnection() {
    ErrorCode protocol = ErrorCode.PROTOCOL_ERROR;
    ErrorCode size = ErrorCode.FRAME_SIZE_ERROR;
    ErrorCode flow = ErrorCode.FLOW_CONTROL_ERROR;
    return Stream.of(
        arguments("settings on a stream", protocol, frames().frame(Frame.SETTINGS, 0, 1, bytes(0))),
        arguments("settings cut short", size, frames().frame(Frame.SETTINGS, 0, 0, bytes(5))),
        arguments(
            "settings in an acknowledgement",
            size,
            frames().frame(Frame.SETTINGS, Frame.FLAG_ACK, 0, bytes(6))),
        arguments("push enabled", protocol, frames().settings(Frame.SETTING_ENABLE_PUSH, 1)),
        arguments(
            "a window of 2^31",
            flow,
            frames().settings(Frame.SETTING_INITIAL_WINDOW_SIZE, 1 << 31)),
        arguments(
            "small frames", protocol, frames().settings(Frame.SETTING_MAX_FRAME_SIZE, 16_383)),
        arguments(
            "huge frames", protocol, frames().settings(Frame.SETTING_MAX_FRAME_SIZE, 1 << 24)),
        arguments(
            "a window that grows by settings",
            flow,
            frames()
                .windowUpdate(1, 1000)
                .settings(Frame.SETTING_INITIAL_WINDOW_SIZE, Integer.MAX_VALUE)),
        arguments("a short ping", size, frames().frame(Frame.PING, 0, 0, bytes(7))),
        arguments("a ping on a stream", protocol, frames().frame(Frame.PING, 0, 1, bytes(8))),
        arguments("a short goaway", size, frames().frame(Frame.GOAWAY, 0, 0, bytes(7))),
        arguments("a goaway on a stream", protocol, frames().frame(Frame.GOAWAY, 0, 1, bytes(8))),
        arguments("a short update", size, frames().frame(Frame.WINDOW_UPDATE, 0, 0, bytes(3))),
        arguments("an update by nothing", flow, frames().windowUpdate(0, 0)),
        arguments("an update by too much", flow, frames().windowUpdate(0, Integer.MAX_VALUE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("framesThatEndTheConnection")
  void endsTheConnection(String name, ErrorCode code, PeerFrames frames) throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    Http2Exception refused = assertThrows(Http2Exception.class, () -> probe.receive(frames));
    assertEquals(code, refused.code(), refused.getMessage());
    assertEquals(Reason.BROKEN, stream.failureOrNull().reason());
    assertTrue(probe.session.isFinished());
    Sent last = probe.sent().getLast();
    assertEquals(Frame.GOAWAY, last.type());
    assertEquals(code.ordinal(), last.number(1));
  }

  static Stream<Arguments> framesThatEndTheStream() {
    return Stream.of(
        arguments("data before headers", frames().data(1, false, bytes(1))),
        arguments("an update by nothing", frames().windowUpdate(1, 0)),
        arguments("an update by too much", frames().windowUpdate(1, Integer.MAX_VALUE)),
        arguments("no status", frames().headers(1, false, "content-type", "x")),
        arguments("a strange status", frames().headers(1, false, ":status", "2000")),
        arguments("an early answer at the end", frames().headers(1, true, ":status", "100")),
        arguments("trailers in the middle", frames().grpcHeaders(1).grpcHeaders(1)),
        arguments("upper case", frames().headers(1, false, ":status", "200", "Upper", "x")),
        arguments("a pseudo-header", frames().headers(1, false, ":status", "200", ":x", "x")),
        arguments(
            "more than the window",
            frames()
                .grpcHeaders(1)
                .data(1, false, bytes(16_000))
                .data(1, false, bytes(16_000))
                .data(1, false, bytes(769))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("framesThatEndTheStream")
  void endsTheStream(String name, PeerFrames frames) throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    SessionStream other = probe.open("");
    probe.sent();
    probe.receive(frames);
    assertEquals(Reason.BROKEN, stream.failureOrNull().reason());
    assertTrue(
        probe.sent().stream().anyMatch(f -> f.type() == Frame.RST_STREAM && f.streamId() == 1));
    probe.receive(frames().headers(3, true, ":status", "200"));
    assertTrue(other.answered());
  }

  @Test
  void aFullWindowIsNotTooMuch() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    probe.receive(
        frames()
            .grpcHeaders(1)
            .data(1, false, bytes(16_000))
            .data(1, false, bytes(16_000))
            .data(1, false, bytes(768)));
    assertNull(stream.failureOrNull());
    assertEquals(Http2Limits.STREAM_WINDOW_BYTES, stream.available());
  }

  @Test
  void aListOfHeadersBeyondTheLimitEndsTheStreamOnly() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    SessionStream stream = probe.open("");
    SessionStream other = probe.open("");
    int rest = Http2Limits.HEADER_LIST_BYTES_MAX - 2 * 32 - ":status200".length() - 1;
    probe.receive(frames().headers(3, false, ":status", "200", "x", "v".repeat(rest)));
    assertNull(other.failureOrNull());
    // 16 KiB and a byte need two frames.
    byte[] block = PeerFrames.block(":status", "200", "x", "v".repeat(rest + 1));
    probe.receive(
        frames()
            .frame(Frame.HEADERS, 0, 1, Arrays.copyOf(block, 1000))
            .frame(
                Frame.CONTINUATION,
                Frame.FLAG_END_HEADERS,
                1,
                Arrays.copyOfRange(block, 1000, block.length)));
    assertEquals(Reason.TOO_LARGE, stream.failureOrNull().reason());
    assertNull(other.failureOrNull());
  }

  @Test
  void aBlockBeyondTheLimitEndsTheConnection() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    probe.open("");
    PeerFrames frames = frames().frame(Frame.HEADERS, 0, 1, bytes(16_000));
    frames.frame(Frame.CONTINUATION, 0, 1, bytes(16_000));
    probe.receive(frames);
    PeerFrames more =
        frames()
            .frame(Frame.CONTINUATION, 0, 1, bytes(Http2Limits.HEADER_BLOCK_BYTES_MAX - 32_026));
    Http2Exception refused = assertThrows(Http2Exception.class, () -> probe.receive(more));
    assertEquals(ErrorCode.ENHANCE_YOUR_CALM, refused.code());
  }

  @Test
  void anEndlessRowOfEmptyContinuationsEndsTheConnection() throws IOException {
    SessionProbe probe = SessionProbe.ready();
    probe.open("");
    PeerFrames frames = frames().frame(Frame.HEADERS, 0, 1, bytes(0));
    for (int i = 0; i < Http2Limits.HEADER_BLOCK_BYTES_MAX / Frame.HEAD_BYTES; i++) {
      frames.frame(Frame.CONTINUATION, 0, 1, bytes(0));
    }
    Http2Exception refused = assertThrows(Http2Exception.class, () -> probe.receive(frames));
    assertEquals(ErrorCode.ENHANCE_YOUR_CALM, refused.code());
  }

  @Test
  void whoDoesNotSpeakHttp2IsNoticed() {
    SessionProbe probe = new SessionProbe();
    byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThrows(Http2Exception.class, () -> probe.receive(answer, 1));
    assertEquals(Reason.BROKEN, probe.session.endingOrNull().reason());
    SessionProbe early = new SessionProbe();
    PeerFrames ping = frames().frame(Frame.PING, 0, 0, bytes(8));
    assertThrows(Http2Exception.class, () -> early.receive(ping));
  }
}
