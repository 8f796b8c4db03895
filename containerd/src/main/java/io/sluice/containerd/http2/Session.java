package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.Header;
import io.sluice.containerd.hpack.HeaderList;
import io.sluice.containerd.hpack.HpackEncoder;
import io.sluice.containerd.http2.StreamException.Reason;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * One connection as a state machine: takes bytes, gives bytes, holds the streams. Calls are
 * serialised by the owner. When {@link #onBytes} throws, the session has failed all its streams and
 * has said why to the peer.
 */
final class Session implements FrameReader.Handler {
  private final FrameReader reader = new FrameReader();
  private final FrameWriter writer = new FrameWriter();
  private final HeaderBlock block = new HeaderBlock();
  private final PeerSettings peer = new PeerSettings();
  private final RequestSender requests = new RequestSender(writer, peer);
  private final Map<Integer, SessionStream> streams = new HashMap<>();
  private int nextStreamId = 1;
  private int receiveWindow = Http2Limits.CONNECTION_WINDOW_BYTES;

  /** Why no stream can be opened any more; null as long as some can. */
  private StreamException ending;

  /** Says who we are. */
  void start() {
    writer.preface();
    writer.settings(
        Frame.SETTING_ENABLE_PUSH,
        0,
        Frame.SETTING_INITIAL_WINDOW_SIZE,
        Http2Limits.STREAM_WINDOW_BYTES,
        Frame.SETTING_MAX_HEADER_LIST_SIZE,
        Http2Limits.HEADER_LIST_BYTES_MAX);
  }

  // ---- for who asks

  /** Whether the peer has said that it speaks HTTP/2. */
  boolean isReady() {
    return peer.known();
  }

  /** Why no stream can be opened any more; null as long as some can. */
  StreamException endingOrNull() {
    return ending;
  }

  /** Whether a stream can be opened now. */
  boolean hasRoom() {
    return peer.known() && streams.size() < Math.min(Http2Limits.STREAMS_MAX, peer.streamsMax());
  }

  /** Nothing more will happen. */
  boolean isFinished() {
    return ending != null && streams.isEmpty();
  }

  /**
   * Sends a request, as far as windows allow at once; only when there is room.
   *
   * @throws StreamException when no stream can be opened any more
   */
  SessionStream open(List<Header> headers, byte[] request) throws StreamException {
    if (ending != null) {
      throw ending.copy();
    }
    if (!hasRoom()) {
      throw new IllegalStateException("no room for a stream");
    }
    SessionStream stream = new SessionStream(nextStreamId, request, peer.initialWindowBytes());
    writer.headers(stream.id, HpackEncoder.encode(headers), peer.frameBytesMax());
    streams.put(stream.id, stream);
    requests.send(stream);
    if (nextStreamId == Integer.MAX_VALUE) {
      ending = new StreamException(Reason.REFUSED, "the connection has no stream numbers left");
    } else {
      nextStreamId += 2;
    }
    return stream;
  }

  /** Reads what the peer has answered so far, and lets it send more. */
  int read(SessionStream stream, ByteBuffer out) {
    int moved = stream.read(out);
    reopenWindow(stream);
    return moved;
  }

  /** Ends a stream that nobody wants any more; nothing happens if it has ended. */
  void cancel(SessionStream stream) {
    if (streams.remove(stream.id) != null) {
      writer.reset(stream.id, ErrorCode.CANCEL);
      stream.fail(new StreamException(Reason.RESET, "the call was cancelled"));
    }
  }

  // ---- for who carries the bytes

  /** How much waits to be sent. */
  int pending() {
    return writer.pending();
  }

  /** Moves what waits to be sent, as far as it fits. */
  void drainTo(ByteBuffer target) {
    writer.drainTo(target);
  }

  /** Takes what the peer has sent. */
  void onBytes(ByteBuffer in) throws Http2Exception {
    try {
      reader.onBytes(in, this);
    } catch (Http2Exception e) {
      writer.goAway(e.code());
      fail(new StreamException(Reason.BROKEN, e.getMessage()));
      throw e;
    }
  }

  /** Ends on our side. */
  void close() {
    writer.goAway(ErrorCode.NO_ERROR);
    fail(new StreamException(Reason.LOST, "the connection was closed on this side"));
  }

  /** The connection is gone. */
  void fail(StreamException cause) {
    if (ending == null || ending.reason() == Reason.REFUSED) {
      ending = cause;
    }
    for (SessionStream stream : streams.values()) {
      stream.fail(cause);
    }
    streams.clear();
  }

  // ---- frames

  @Override
  public void onFrame(int type, int flags, int streamId, ByteBuffer payload) throws Http2Exception {
    if (!peer.known() && (type != Frame.SETTINGS || (flags & Frame.FLAG_ACK) != 0)) {
      throw protocolError("the first frame is not SETTINGS");
    }
    if (block.isOpen() != (type == Frame.CONTINUATION)) {
      throw protocolError("a header block is interrupted, or continued where there is none");
    }
    switch (type) {
      case Frame.DATA -> onData(flags, streamId, payload);
      case Frame.HEADERS -> onHeaders(flags, streamId, payload);
      case Frame.CONTINUATION -> onContinuation(flags, streamId, payload);
      case Frame.RST_STREAM -> onReset(streamId, payload);
      case Frame.SETTINGS -> onSettings(flags, streamId, payload);
      case Frame.PUSH_PROMISE -> throw protocolError("a push, which was not allowed");
      case Frame.PING -> onPing(flags, streamId, payload);
      case Frame.GOAWAY -> onGoAway(streamId, payload);
      case Frame.WINDOW_UPDATE -> onWindowUpdate(streamId, payload);
      default -> {
        // PRIORITY is advice, and what is unknown is to be passed over.
      }
    }
  }

  private void onData(int flags, int streamId, ByteBuffer payload) throws Http2Exception {
    SessionStream stream = streamOrNull(streamId);
    int bytes = payload.remaining();
    takeConnectionWindow(bytes);
    Padding.remove(flags, payload);
    if (stream == null) {
      return;
    }
    if (!stream.takeWindow(bytes)) {
      resetBroken(stream, ErrorCode.FLOW_CONTROL_ERROR, "more data than its window allows");
      return;
    }
    if (!stream.hasHeaders()) {
      resetBroken(stream, ErrorCode.PROTOCOL_ERROR, "data before headers");
      return;
    }
    boolean last = (flags & Frame.FLAG_END_STREAM) != 0;
    stream.onData(payload, bytes - payload.remaining(), last);
    reopenWindow(stream);
    endIfAnswered(stream);
  }

  private void takeConnectionWindow(int bytes) throws Http2Exception {
    receiveWindow -= bytes;
    if (receiveWindow < 0) {
      throw new Http2Exception(
          ErrorCode.FLOW_CONTROL_ERROR, "more data than the connection's window allows");
    }
    // At once, not when it is read: one slow reader must not hold up the others.
    if (receiveWindow <= Http2Limits.CONNECTION_WINDOW_BYTES / 2) {
      writer.windowUpdate(0, Http2Limits.CONNECTION_WINDOW_BYTES - receiveWindow);
      receiveWindow = Http2Limits.CONNECTION_WINDOW_BYTES;
    }
  }

  private void reopenWindow(SessionStream stream) {
    int update = stream.takeWindowUpdate();
    if (update > 0) {
      writer.windowUpdate(stream.id, update);
    }
  }

  private void onHeaders(int flags, int streamId, ByteBuffer payload) throws Http2Exception {
    streamOrNull(streamId);
    Padding.remove(flags, payload);
    if ((flags & Frame.FLAG_PRIORITY) != 0) {
      if (payload.remaining() < Frame.PRIORITY_BYTES) {
        throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a HEADERS frame is cut short");
      }
      payload.position(payload.position() + Frame.PRIORITY_BYTES);
    }
    block.begin(streamId, (flags & Frame.FLAG_END_STREAM) != 0);
    onBlockPart(flags, payload);
  }

  private void onContinuation(int flags, int streamId, ByteBuffer payload) throws Http2Exception {
    if (streamId != block.streamId()) {
      throw protocolError("a header block is continued on another stream");
    }
    onBlockPart(flags, payload);
  }

  private void onBlockPart(int flags, ByteBuffer payload) throws Http2Exception {
    block.add(payload);
    if ((flags & Frame.FLAG_END_HEADERS) == 0) {
      return;
    }
    // Also for a stream that is gone: the table must follow.
    HeaderList list = block.decode();
    SessionStream stream = streams.get(block.streamId());
    if (stream == null) {
      return;
    }
    if (list.isTooLarge()) {
      reset(
          stream,
          ErrorCode.CANCEL,
          new StreamException(
              Reason.TOO_LARGE,
              "the answer's headers have more than "
                  + Http2Limits.HEADER_LIST_BYTES_MAX
                  + " bytes"));
    } else if (!list.isWellFormed() || !stream.onHeaders(list, block.isLast())) {
      resetBroken(stream, ErrorCode.PROTOCOL_ERROR, "headers that are malformed or out of place");
    } else {
      endIfAnswered(stream);
    }
  }

  private void onReset(int streamId, ByteBuffer payload) throws Http2Exception {
    requireSize(payload, Integer.BYTES, "RST_STREAM");
    SessionStream stream = streamOrNull(streamId);
    if (stream == null) {
      return;
    }
    ErrorCode code = ErrorCode.of(payload.getInt());
    streams.remove(streamId);
    Reason reason = code == ErrorCode.REFUSED_STREAM ? Reason.REFUSED : Reason.RESET;
    stream.fail(new StreamException(reason, "the call was ended by the other side with " + code));
  }

  private void onSettings(int flags, int streamId, ByteBuffer payload) throws Http2Exception {
    requireStream(streamId == 0, "SETTINGS");
    if ((flags & Frame.FLAG_ACK) != 0) {
      requireSize(payload, 0, "SETTINGS");
      return;
    }
    int windowBefore = peer.initialWindowBytes();
    peer.apply(payload);
    long change = (long) peer.initialWindowBytes() - windowBefore;
    for (SessionStream stream : streams.values()) {
      if (!stream.addSendWindow(change)) {
        throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
      }
    }
    writer.settingsAck();
    requests.send(streams.values());
  }

  private void onPing(int flags, int streamId, ByteBuffer payload) throws Http2Exception {
    requireStream(streamId == 0, "PING");
    requireSize(payload, Frame.PING_BYTES, "PING");
    if ((flags & Frame.FLAG_ACK) == 0) {
      writer.pingAck(payload);
    }
  }

  private void onGoAway(int streamId, ByteBuffer payload) throws Http2Exception {
    requireStream(streamId == 0, "GOAWAY");
    if (payload.remaining() < Frame.GOAWAY_BYTES_MIN) {
      throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a GOAWAY frame is cut short");
    }
    int lastStreamId = payload.getInt() & Integer.MAX_VALUE;
    ErrorCode code = ErrorCode.of(payload.getInt());
    StreamException cause =
        new StreamException(Reason.REFUSED, "the other side is going away with " + code);
    if (ending == null) {
      ending = cause;
    }
    Iterator<SessionStream> all = streams.values().iterator();
    while (all.hasNext()) {
      SessionStream stream = all.next();
      if (stream.id > lastStreamId) {
        stream.fail(cause);
        all.remove();
      }
    }
  }

  private void onWindowUpdate(int streamId, ByteBuffer payload) throws Http2Exception {
    requireSize(payload, Integer.BYTES, "WINDOW_UPDATE");
    int bytes = payload.getInt() & Integer.MAX_VALUE;
    if (streamId == 0) {
      if (bytes == 0 || !requests.addSendWindow(bytes)) {
        throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "a window grows by " + bytes);
      }
      requests.send(streams.values());
      return;
    }
    SessionStream stream = streamOrNull(streamId);
    if (stream == null) {
      return;
    }
    if (bytes == 0 || !stream.addSendWindow(bytes)) {
      resetBroken(stream, ErrorCode.FLOW_CONTROL_ERROR, "its window grows by " + bytes);
      return;
    }
    requests.send(stream);
  }

  // ---- streams

  /** The stream of a frame; null when it has ended. */
  private SessionStream streamOrNull(int streamId) throws Http2Exception {
    if ((streamId & 1) == 0 || streamId >= nextStreamId && nextStreamId != Integer.MAX_VALUE) {
      throw protocolError("a frame of stream " + streamId + ", which was never opened");
    }
    return streams.get(streamId);
  }

  private void endIfAnswered(SessionStream stream) {
    if (!stream.answered()) {
      return;
    }
    streams.remove(stream.id);
    if (!stream.requestSent()) {
      writer.reset(stream.id, ErrorCode.NO_ERROR);
    }
  }

  private void resetBroken(SessionStream stream, ErrorCode code, String what) {
    reset(stream, code, new StreamException(Reason.BROKEN, "an answer has " + what));
  }

  private void reset(SessionStream stream, ErrorCode code, StreamException cause) {
    streams.remove(stream.id);
    writer.reset(stream.id, code);
    stream.fail(cause);
  }

  private static void requireSize(ByteBuffer payload, int bytes, String frame)
      throws Http2Exception {
    if (payload.remaining() != bytes) {
      throw new Http2Exception(
          ErrorCode.FRAME_SIZE_ERROR, "a " + frame + " frame of " + payload.remaining() + " bytes");
    }
  }

  private static void requireStream(boolean right, String frame) throws Http2Exception {
    if (!right) {
      throw protocolError("a " + frame + " frame on a stream");
    }
  }

  private static Http2Exception protocolError(String message) {
    return new Http2Exception(ErrorCode.PROTOCOL_ERROR, message);
  }
}
