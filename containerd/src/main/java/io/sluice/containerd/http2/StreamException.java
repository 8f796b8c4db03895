package io.sluice.containerd.http2;

import java.io.IOException;

/** A stream that ended without an answer. */
public final class StreamException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why it did. */
  public enum Reason {
    /** The peer goes away, or did not begin the stream; on another connection it may go well. */
    REFUSED,
    /** The peer ended the stream; the code says why. */
    RESET,
    /** The connection is lost. */
    LOST,
    /** The peer does not speak HTTP/2, or broke a rule of it. */
    BROKEN,
    /** A header block is larger than the limit. */
    TOO_LARGE
  }

  private final Reason reason;

  StreamException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The same for another thread, with that thread's stack. */
  StreamException copy() {
    return new StreamException(reason, getMessage());
  }

  /** Why the stream ended. */
  public Reason reason() {
    return reason;
  }
}
