package io.sluice.server.log;

import java.time.Instant;

/** One event as text: values that would be ambiguous are quoted, control characters escaped. */
final class LogLine {
  private final StringBuilder text = new StringBuilder(160);

  LogLine(Instant time, Level level, String logger, String message) {
    // Instant leaves out a zero fraction; a fixed width keeps lines aligned and sortable.
    String iso = time.toString();
    text.append(iso.length() == 20 ? iso.substring(0, 19) + ".000Z" : iso)
        .append(level.name().length() == 4 ? "  " : " ")
        .append(level.name())
        .append(' ')
        .append(logger)
        .append(' ');
    appendEscaped(message, false);
  }

  /** Adds {@code key=value}. */
  void add(String key, String value) {
    text.append(' ').append(key).append('=');
    boolean quoted = needsQuotes(value);
    if (quoted) {
      text.append('"');
    }
    appendEscaped(value, quoted);
    if (quoted) {
      text.append('"');
    }
  }

  /** The line with its line feed. */
  String end() {
    if (text.length() >= Log.LINE_CHARACTERS) {
      text.setLength(Log.LINE_CHARACTERS - 4);
      text.append("...");
    }
    return text.append('\n').toString();
  }

  private static boolean needsQuotes(String value) {
    if (value.isEmpty()) {
      return true;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || c == '\\') {
        return true;
      }
    }
    return false;
  }

  private void appendEscaped(String value, boolean quoted) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\n') {
        text.append("\\n");
      } else if (Character.isISOControl(c)) {
        text.append("\\u").append(String.format("%04x", (int) c));
      } else if (quoted && (c == '"' || c == '\\')) {
        text.append('\\').append(c);
      } else {
        text.append(c);
      }
    }
  }
}
