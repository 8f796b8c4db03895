package io.sluice.containerd;

/**
 * Composes filters as containerd's {@code filters} package reads them: {@code field==value}, {@code
 * field!=value}, {@code field~=regex}, several joined by commas if all have to hold.
 */
public final class Filter {
  private Filter() {}

  /** The field has exactly this value. */
  public static String is(String field, String value) {
    return field + "==" + quote(value);
  }

  /** The field's value has a match of a regular expression (RE2 syntax) in it. */
  public static String matches(String field, String regex) {
    return field + "~=" + quote(regex);
  }

  /** All of these hold. */
  public static String all(String... filters) {
    return String.join(",", filters);
  }

  /** The value as a Go string literal: any text is a value, and none ends it. */
  private static String quote(String value) {
    StringBuilder out = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        out.append("\\x").append(Character.forDigit(c >> 4, 16));
        out.append(Character.forDigit(c & 0xf, 16));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
