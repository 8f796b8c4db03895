package io.sluice.server.config;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A value that an operator gave: on the command line, which wins, or in the environment, where what
 * is set to nothing counts as unset.
 *
 * @param text what was given
 * @param fromEnvironment whether that is where it was given
 * @param spelling how the operator wrote it, flag or variable included
 */
public record GivenValue(String text, boolean fromEnvironment, String spelling) {
  /**
   * Looks for a value.
   *
   * @param flag such as {@code --log-level}
   * @param flagTextOrNull what the command line says
   * @param environment gives the value of a variable, or null
   */
  public static Optional<GivenValue> of(
      String flag, String flagTextOrNull, UnaryOperator<String> environment) {
    if (flagTextOrNull != null) {
      return Optional.of(
          new GivenValue(flagTextOrNull, false, flag + " " + flagTextOrNull.replace('\n', ' ')));
    }
    String variable = environment.apply(variable(flag));
    return variable == null || variable.isBlank()
        ? Optional.empty()
        : Optional.of(new GivenValue(variable, true, variable(flag) + "=" + variable));
  }

  /** The variable that means the same as a flag. */
  public static String variable(String flag) {
    return flag.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * What the value means.
   *
   * @param parser complains with an {@link IllegalArgumentException}
   * @throws SettingsException that has the spelling and the complaint
   */
  public <T> T parse(Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(spelling + ": " + e.getMessage() + ".");
    }
  }
}
