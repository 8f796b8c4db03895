package io.sluice.routing.libp2p;

import java.io.IOException;

/** A peer has gone beyond one of {@link HostLimits}; the message says which. */
public final class LimitException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Names the limit.
   *
   * @param message one sentence without a full stop
   */
  public LimitException(String message) {
    super(message);
  }
}
