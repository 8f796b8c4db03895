package io.sluice.perf.contender;

/** How large what people write about a contender may be. */
public final class ContenderLimits {
  /** A contender file. */
  public static final int FILE_BYTES_MAX = 64 * 1024;

  /** A contender's name, which heads a column or begins a line. */
  public static final int NAME_CHARS_MAX = 24;

  /** The program and its arguments. */
  public static final int COMMAND_WORDS_MAX = 256;

  /** A request target once it is filled in: what every server takes. */
  public static final int TARGET_CHARS_MAX = 2_048;

  private ContenderLimits() {}
}
