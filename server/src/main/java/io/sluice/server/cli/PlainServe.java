package io.sluice.server.cli;

import io.sluice.server.config.Setting;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the command line that starts a node on nearly every machine: {@code serve} and then {@code
 * --flag value} or {@code --flag=value}, each flag once, some with several values. Anything else,
 * whether wrong or only less usual, is left to picocli, which costs a node 13 MiB and a tenth of a
 * second of its start.
 */
final class PlainServe {
  private static final String COMMAND = "serve";

  private PlainServe() {}

  /**
   * The settings that {@code args} gives.
   *
   * @return null if this is not a plain {@code serve}
   */
  static Map<Setting, String> read(String... args) {
    if (args.length == 0 || !args[0].equals(COMMAND)) {
      return null;
    }
    Map<String, Setting> known = new HashMap<>();
    for (Setting setting : Setting.values()) {
      known.put(setting.flag(), setting);
    }
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    int next = 1;
    while (next < args.length) {
      String arg = args[next++];
      int equals = arg.indexOf('=');
      Setting setting = known.get(equals < 0 ? arg : arg.substring(0, equals));
      if (setting == null || equals < 0 && next == args.length) {
        return null;
      }
      String value = equals < 0 ? args[next++] : arg.substring(equals + 1);
      if (!isPlain(value) || values.put(setting, value) != null) {
        return null;
      }
      while (setting.isList() && next < args.length && !args[next].startsWith("-")) {
        if (!isPlain(args[next])) {
          return null;
        }
        values.merge(setting, args[next++], (all, more) -> all + "\n" + more);
      }
    }
    return values;
  }

  /** Whether a value means itself: no option, no {@code @file}, nothing quoted. */
  private static boolean isPlain(String value) {
    if (value.isEmpty()) {
      return false;
    }
    char first = value.charAt(0);
    return first != '-' && first != '@' && value.indexOf('"') < 0 && value.indexOf('\'') < 0;
  }
}
