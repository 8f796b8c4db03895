package io.sluice.containerd.http2;

import java.nio.ByteBuffer;

/** What the peer wants, RFC 9113 section 6.5.2. */
final class PeerSettings {
  private static final int FRAME_BYTES_MIN = 1 << 14;
  private static final int FRAME_BYTES_MAX = (1 << 24) - 1;

  private boolean known;
  private int streamsMax = Integer.MAX_VALUE;
  private int initialWindowBytes = Frame.WINDOW_BYTES_DEFAULT;
  private int frameBytesMax = FRAME_BYTES_MIN;

  /** Takes a SETTINGS frame. Those that are about what we would not do anyway are passed over. */
  void apply(ByteBuffer payload) throws Http2Exception {
    if (payload.remaining() % Frame.SETTING_BYTES != 0) {
      throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a SETTINGS frame is cut short");
    }
    known = true;
    while (payload.hasRemaining()) {
      int setting = payload.getShort() & 0xffff;
      long value = payload.getInt() & 0xffff_ffffL;
      switch (setting) {
        case Frame.SETTING_ENABLE_PUSH ->
            require(value == 0, ErrorCode.PROTOCOL_ERROR, setting, value);
        case Frame.SETTING_MAX_CONCURRENT_STREAMS ->
            streamsMax = (int) Math.min(value, Integer.MAX_VALUE);
        case Frame.SETTING_INITIAL_WINDOW_SIZE -> {
          require(value <= Integer.MAX_VALUE, ErrorCode.FLOW_CONTROL_ERROR, setting, value);
          initialWindowBytes = (int) value;
        }
        case Frame.SETTING_MAX_FRAME_SIZE -> {
          boolean right = value >= FRAME_BYTES_MIN && value <= FRAME_BYTES_MAX;
          require(right, ErrorCode.PROTOCOL_ERROR, setting, value);
          frameBytesMax = (int) Math.min(value, Http2Limits.FRAME_BYTES_MAX);
        }
        default -> {
          // The table of an encoder that uses none, the length of headers that are short, others.
        }
      }
    }
  }

  private static void require(boolean right, ErrorCode code, int setting, long value)
      throws Http2Exception {
    if (!right) {
      throw new Http2Exception(code, "setting " + setting + " cannot be " + value);
    }
  }

  /** Whether there was a SETTINGS frame. */
  boolean known() {
    return known;
  }

  int streamsMax() {
    return streamsMax;
  }

  int initialWindowBytes() {
    return initialWindowBytes;
  }

  int frameBytesMax() {
    return frameBytesMax;
  }
}
