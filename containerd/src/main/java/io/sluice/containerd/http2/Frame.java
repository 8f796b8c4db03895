package io.sluice.containerd.http2;

/** Numbers of RFC 9113 sections 4 and 6. */
final class Frame {
  static final int HEAD_BYTES = 9;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int FLAG_END_STREAM = 0x1;
  static final int FLAG_ACK = 0x1;
  static final int FLAG_END_HEADERS = 0x4;
  static final int FLAG_PADDED = 0x8;
  static final int FLAG_PRIORITY = 0x20;

  static final int SETTING_ENABLE_PUSH = 2;
  static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
  static final int SETTING_INITIAL_WINDOW_SIZE = 4;
  static final int SETTING_MAX_FRAME_SIZE = 5;
  static final int SETTING_MAX_HEADER_LIST_SIZE = 6;
  static final int SETTING_BYTES = 6;

  static final int PING_BYTES = 8;
  static final int GOAWAY_BYTES_MIN = 8;
  static final int PRIORITY_BYTES = 5;
  static final int WINDOW_BYTES_DEFAULT = 65_535;

  private Frame() {}
}
