package io.sluice.perf.report;

import java.io.IOException;

/** This machine cannot draw; the message says what helps. */
public final class DrawingException extends IOException {
  private static final long serialVersionUID = 1;

  DrawingException(Throwable cause) {
    super(
        "charts cannot be drawn (" + cause + "): install fontconfig and fonts-dejavu-core", cause);
  }
}
