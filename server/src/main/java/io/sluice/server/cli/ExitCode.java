package io.sluice.server.cli;

/** What the process tells who started it. */
final class ExitCode {
  /** Everything went as asked; also a node that was told to stop. */
  static final int OK = 0;

  /** The machine, or a node that ended by itself, did not do what was asked. */
  static final int FAILURE = 1;

  /** The command line or the environment does not make sense. */
  static final int USAGE = 2;

  private ExitCode() {}
}
