package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.Header;
import io.sluice.containerd.hpack.HpackEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Composes what a server sends, right or wrong. */
public final class PeerFrames {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Any frame. */
  public PeerFrames frame(int type, int flags, int streamId, byte[] payload) {
    out.writeBytes(
        ByteBuffer.allocate(Frame.HEAD_BYTES)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(streamId)
            .array());
    out.writeBytes(payload);
    return this;
  }

  /** Pairs of number and value. */
  public PeerFrames settings(int... pairs) {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length / 2 * Frame.SETTING_BYTES);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    return frame(Frame.SETTINGS, 0, 0, payload.array());
  }

  /** Pairs of name and value. */
  public PeerFrames headers(int streamId, boolean last, String... pairs) {
    int flags = Frame.FLAG_END_HEADERS | (last ? Frame.FLAG_END_STREAM : 0);
    return frame(Frame.HEADERS, flags, streamId, block(pairs));
  }

  /** A header block of pairs of name and value. */
  public static byte[] block(String... pairs) {
    List<Header> fields = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.add(new Header(pairs[i], pairs[i + 1]));
    }
    return HpackEncoder.encode(fields);
  }

  /** What an answer of gRPC begins with. */
  public PeerFrames grpcHeaders(int streamId) {
    return headers(streamId, false, ":status", "200", "content-type", "application/grpc");
  }

  /** What an answer of gRPC that went well ends with. */
  public PeerFrames grpcTrailers(int streamId) {
    return headers(streamId, true, "grpc-status", "0");
  }

  /** Part of a body. */
  public PeerFrames data(int streamId, boolean last, byte[] payload) {
    return frame(Frame.DATA, last ? Frame.FLAG_END_STREAM : 0, streamId, payload);
  }

  /** The end of a stream. */
  public PeerFrames reset(int streamId, ErrorCode code) {
    return frame(Frame.RST_STREAM, 0, streamId, ints(code.ordinal()));
  }

  /** No streams above this one. */
  public PeerFrames goAway(int lastStreamId, ErrorCode code) {
    return frame(Frame.GOAWAY, 0, 0, ints(lastStreamId, code.ordinal()));
  }

  /** More may be sent. */
  public PeerFrames windowUpdate(int streamId, int bytes) {
    return frame(Frame.WINDOW_UPDATE, 0, streamId, ints(bytes));
  }

  /** Numbers as a payload. */
  public static byte[] ints(int... numbers) {
    ByteBuffer payload = ByteBuffer.allocate(numbers.length * Integer.BYTES);
    for (int number : numbers) {
      payload.putInt(number);
    }
    return payload.array();
  }

  /** All frames so far. */
  public byte[] toBytes() {
    return out.toByteArray();
  }
}
