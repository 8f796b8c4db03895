package io.sluice.server.store;

import java.io.IOException;

/** A store that cannot be used as it is. The message is a sentence with cause and remedy. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message cause and remedy, for the operator
   */
  public StoreException(String message) {
    super(message);
  }

  /**
   * @param message cause and remedy, for the operator
   * @param cause what the file system or the parser reported
   */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the content is at fault, so that only a change of it can help. */
  boolean isContent() {
    return getCause() == null || Json.isMalformed(getCause());
  }
}
