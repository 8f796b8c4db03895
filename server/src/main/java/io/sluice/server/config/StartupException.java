package io.sluice.server.config;

/**
 * The settings are fine, but this machine does not let the node start. The message is one sentence
 * that names what was tried, the cause and the remedy; the command line ends with exit code 1.
 */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Carries the sentence that the operator reads. */
  public StartupException(String sentence) {
    super(sentence);
  }

  /** Carries the sentence that the operator reads, and what led to it. */
  public StartupException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
