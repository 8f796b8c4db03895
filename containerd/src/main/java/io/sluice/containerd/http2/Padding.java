package io.sluice.containerd.http2;

import java.nio.ByteBuffer;

/** What a frame carries to hide its length. */
final class Padding {
  private Padding() {}

  /** Narrows a payload to what is not padding. */
  static void remove(int flags, ByteBuffer payload) throws Http2Exception {
    if ((flags & Frame.FLAG_PADDED) == 0) {
      return;
    }
    if (!payload.hasRemaining()) {
      throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a padded frame is empty");
    }
    int padding = payload.get() & 0xff;
    if (padding > payload.remaining()) {
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "a frame is shorter than its padding");
    }
    payload.limit(payload.limit() - padding);
  }
}
