package io.sluice.server.config;

/**
 * Settings with which no node can start. The message is one sentence that names the setting, its
 * value, the cause and the remedy; the command line ends with exit code 2.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Carries the sentence that the operator reads. */
  public SettingsException(String sentence) {
    super(sentence);
  }
}
