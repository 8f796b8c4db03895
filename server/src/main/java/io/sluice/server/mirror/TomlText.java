package io.sluice.server.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Writes TOML in one fixed form: literal strings where they can be, names in order. */
final class TomlText {
  private TomlText() {}

  /** A part of a name: bare where it may be. */
  static String key(String name) {
    boolean bare = !name.isEmpty();
    for (int i = 0; i < name.length() && bare; i++) {
      char c = name.charAt(i);
      bare =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '_'
              || c == '-';
    }
    return bare ? name : string(name);
  }

  /** A string: literal, unless it holds what a literal one cannot. */
  static String string(String text) {
    boolean literal = text.indexOf('\'') < 0;
    for (int i = 0; i < text.length() && literal; i++) {
      char c = text.charAt(i);
      literal = c >= ' ' && c != 0x7f;
    }
    return literal ? "'" + text + "'" : escaped(text);
  }

  /** Any value that the parser gives. */
  static String value(Object value) {
    return switch (value) {
      case String text -> string(text);
      case TomlArray array -> {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
          items.add(value(array.get(i)));
        }
        yield "[" + String.join(", ", items) + "]";
      }
      case TomlTable table -> {
        List<String> items = new ArrayList<>();
        sorted(table).forEach((name, item) -> items.add(key(name) + " = " + value(item)));
        yield "{" + String.join(", ", items) + "}";
      }
      case Double number when number.isInfinite() -> number > 0 ? "inf" : "-inf";
      case Double number when number.isNaN() -> "nan";
      default -> value.toString();
    };
  }

  /** Array of strings. */
  static String strings(List<String> texts) {
    List<String> items = new ArrayList<>();
    texts.forEach(text -> items.add(string(text)));
    return "[" + String.join(", ", items) + "]";
  }

  /**
   * A table with its header: values first, then the tables in it, each after a blank line.
   *
   * @param name the full name, written as a header has it
   */
  static String table(String name, TomlTable table) {
    StringBuilder text = new StringBuilder("[" + name + "]\n");
    StringBuilder tables = new StringBuilder();
    for (var entry : sorted(table).entrySet()) {
      if (entry.getValue() instanceof TomlTable inner) {
        String innerName = name + "." + key(entry.getKey());
        tables.append('\n').append(table(innerName, inner)).append('\n');
      } else {
        text.append(key(entry.getKey())).append(" = ").append(value(entry.getValue())).append('\n');
      }
    }
    return text.append(tables).toString().stripTrailing();
  }

  private static TreeMap<String, Object> sorted(TomlTable table) {
    TreeMap<String, Object> sorted = new TreeMap<>();
    for (String name : table.keySet()) {
      sorted.put(name, table.get(List.of(name)));
    }
    return sorted;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            escaped.append(String.format("\\u%04X", (int) c));
          } else {
            escaped.append(c);
          }
        }
      }
    }
    return escaped.append('"').toString();
  }
}
