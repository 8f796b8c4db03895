package io.sluice.containerd.http2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames that wait to be sent. */
final class FrameWriter {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int BYTES_INITIAL = 1024;

  /** In the state for writing; what was not sent yet begins at zero. */
  private ByteBuffer out = ByteBuffer.allocate(BYTES_INITIAL);

  /** How much waits, in bytes. */
  int pending() {
    return out.position();
  }

  /** Moves what waits to {@code target}, as far as it fits. */
  void drainTo(ByteBuffer target) {
    out.flip();
    int length = Math.min(out.remaining(), target.remaining());
    target.put(out.slice(0, length));
    out.position(length);
    out.compact();
    if (out.position() == 0 && out.capacity() > Http2Limits.FRAME_BYTES_MAX) {
      out = ByteBuffer.allocate(BYTES_INITIAL);
    }
  }

  /** What the client says first. */
  void preface() {
    reserve(PREFACE.length);
    out.put(PREFACE);
  }

  /** Our settings, as pairs of number and value. */
  void settings(int... pairs) {
    head(pairs.length / 2 * Frame.SETTING_BYTES, Frame.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      out.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
  }

  void settingsAck() {
    head(0, Frame.SETTINGS, Frame.FLAG_ACK, 0);
  }

  void pingAck(ByteBuffer payload) {
    head(payload.remaining(), Frame.PING, Frame.FLAG_ACK, 0);
    out.put(payload);
  }

  void goAway(ErrorCode code) {
    // No stream of the peer's was ever accepted, so the last one is zero.
    head(2 * Integer.BYTES, Frame.GOAWAY, 0, 0);
    out.putInt(0).putInt(code.ordinal());
  }

  void reset(int streamId, ErrorCode code) {
    head(Integer.BYTES, Frame.RST_STREAM, 0, streamId);
    out.putInt(code.ordinal());
  }

  void windowUpdate(int streamId, int bytes) {
    head(Integer.BYTES, Frame.WINDOW_UPDATE, 0, streamId);
    out.putInt(bytes);
  }

  void data(int streamId, ByteBuffer payload, boolean last) {
    head(payload.remaining(), Frame.DATA, last ? Frame.FLAG_END_STREAM : 0, streamId);
    out.put(payload);
  }

  /** A header block in as many frames as it takes; the stream goes on after it. */
  void headers(int streamId, byte[] block, int frameBytesMax) {
    int at = 0;
    do {
      int length = Math.min(block.length - at, frameBytesMax);
      int flags = at + length == block.length ? Frame.FLAG_END_HEADERS : 0;
      head(length, at == 0 ? Frame.HEADERS : Frame.CONTINUATION, flags, streamId);
      out.put(block, at, length);
      at += length;
    } while (at < block.length);
  }

  private void head(int payloadBytes, int type, int flags, int streamId) {
    reserve(Frame.HEAD_BYTES + payloadBytes);
    out.putInt(payloadBytes << 8 | type).put((byte) flags).putInt(streamId);
  }

  private void reserve(int bytes) {
    if (out.remaining() < bytes) {
      ByteBuffer grown = ByteBuffer.allocate(Math.max(2 * out.capacity(), out.position() + bytes));
      out = grown.put(out.flip());
    }
  }
}
