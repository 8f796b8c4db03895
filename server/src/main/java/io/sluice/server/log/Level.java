package io.sluice.server.log;

/** How much an event matters; an event below the threshold is not written. */
public enum Level {
  /** What a developer follows. */
  DEBUG,
  /** What an operator wants to know happened. */
  INFO,
  /** Something is off, and the node copes. */
  WARN,
  /** Something failed and somebody has to act. */
  ERROR
}
