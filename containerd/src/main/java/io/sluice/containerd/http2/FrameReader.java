package io.sluice.containerd.http2;

import java.nio.ByteBuffer;

/** Puts frames together from bytes that arrive in any pieces. */
final class FrameReader {
  /** What is done with frames. */
  interface Handler {
    /**
     * A frame has arrived.
     *
     * @param payload valid during the call
     */
    void onFrame(int type, int flags, int streamId, ByteBuffer payload) throws Http2Exception;
  }

  private final ByteBuffer frame =
      ByteBuffer.allocate(Frame.HEAD_BYTES + Http2Limits.FRAME_BYTES_MAX);
  private int frameBytes;

  FrameReader() {
    frame.limit(Frame.HEAD_BYTES);
  }

  /**
   * Takes all bytes of a buffer and hands over the frames that are complete.
   *
   * @throws Http2Exception when a frame is too long, or what the handler throws
   */
  void onBytes(ByteBuffer in, Handler handler) throws Http2Exception {
    while (in.hasRemaining()) {
      int length = Math.min(in.remaining(), frame.remaining());
      frame.put(in.slice(in.position(), length));
      in.position(in.position() + length);
      if (frameBytes == 0 && !frame.hasRemaining()) {
        startPayload();
      }
      if (frameBytes > 0 && !frame.hasRemaining()) {
        deliver(handler);
      }
    }
  }

  private void startPayload() throws Http2Exception {
    int payloadBytes = frame.getInt(0) >>> 8;
    if (payloadBytes > Http2Limits.FRAME_BYTES_MAX) {
      throw new Http2Exception(
          ErrorCode.FRAME_SIZE_ERROR, "a frame of " + payloadBytes + " bytes is too long");
    }
    frameBytes = Frame.HEAD_BYTES + payloadBytes;
    frame.limit(frameBytes);
  }

  private void deliver(Handler handler) throws Http2Exception {
    int type = frame.get(3) & 0xff;
    int flags = frame.get(4) & 0xff;
    int streamId = frame.getInt(5) & Integer.MAX_VALUE;
    ByteBuffer payload = frame.slice(Frame.HEAD_BYTES, frameBytes - Frame.HEAD_BYTES);
    frameBytes = 0;
    frame.clear().limit(Frame.HEAD_BYTES);
    handler.onFrame(type, flags, streamId, payload);
  }
}
