package io.sluice.containerd.http2;

import java.io.IOException;

/** The peer broke a rule, and the connection with it. */
public final class Http2Exception extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  Http2Exception(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  Http2Exception(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What the peer is told. */
  public ErrorCode code() {
    return code;
  }
}
