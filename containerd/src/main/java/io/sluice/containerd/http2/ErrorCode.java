package io.sluice.containerd.http2;

/** Error codes of RFC 9113 section 7, by their number. */
public enum ErrorCode {
  /** Nothing went wrong. */
  NO_ERROR,
  /** A rule was broken that has no code of its own. */
  PROTOCOL_ERROR,
  /** The peer is at fault itself. */
  INTERNAL_ERROR,
  /** More was sent than a window allows. */
  FLOW_CONTROL_ERROR,
  /** Settings were not acknowledged. */
  SETTINGS_TIMEOUT,
  /** Something was sent on a stream that had ended. */
  STREAM_CLOSED,
  /** A frame has a size that it may not have. */
  FRAME_SIZE_ERROR,
  /** The stream was not begun; it may be begun again. */
  REFUSED_STREAM,
  /** The stream is not wanted any more. */
  CANCEL,
  /** A header block cannot be decoded. */
  COMPRESSION_ERROR,
  /** A tunnel broke. */
  CONNECT_ERROR,
  /** The peer is asked too much of. */
  ENHANCE_YOUR_CALM,
  /** Transport security is not good enough. */
  INADEQUATE_SECURITY,
  /** HTTP/1.1 is to be used. */
  HTTP_1_1_REQUIRED;

  private static final ErrorCode[] ALL = values();

  /** The code of a number; one that is unknown counts as {@link #INTERNAL_ERROR}. */
  static ErrorCode of(int number) {
    return number >= 0 && number < ALL.length ? ALL[number] : INTERNAL_ERROR;
  }
}
