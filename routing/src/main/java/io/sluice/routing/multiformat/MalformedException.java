package io.sluice.routing.multiformat;

import java.io.IOException;

/** Bytes or text from outside that do not say what they should; the message says what is wrong. */
public final class MalformedException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Names the problem.
   *
   * @param message one sentence without a full stop, for a log or a user
   */
  public MalformedException(String message) {
    super(message);
  }
}
