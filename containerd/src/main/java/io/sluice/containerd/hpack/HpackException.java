package io.sluice.containerd.hpack;

import java.io.IOException;

/** A header block that cannot be decoded, after which the connection is of no use. */
public final class HpackException extends IOException {
  private static final long serialVersionUID = 1L;

  HpackException(String message) {
    super(message);
  }
}
