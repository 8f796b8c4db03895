package io.sluice.routing.libp2p.noise;

import java.io.IOException;

/**
 * Bytes were not sealed by who has the key, or a peer is not who it claims or is expected to be.
 */
public final class AuthenticationException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what could not be authenticated, in one sentence without a full stop. */
  public AuthenticationException(String message) {
    super(message);
  }
}
