package io.sluice.server.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RFC 8259 in a few lines, to compare with: a document becomes a tree of {@link Members}, lists,
 * strings, {@link Literal}s for numbers and names. Slow, recursive, and without limits.
 */
final class ReferenceJson {
  private static final Pattern LITERAL =
      Pattern.compile("true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
  private static final Pattern PLAIN = Pattern.compile("[^\\x00-\\x1f\"\\\\]+");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{4}");

  private final String text;
  private int at;

  /** Numbers, {@code true}, {@code false} and {@code null}, as they stand there. */
  record Literal(String text) {}

  /** An object: all its members in their order, whatever their names. */
  record Members(List<Map.Entry<String, Object>> list) {
    /** The value of the last member of that name; null without one. */
    Object last(String name) {
      Object value = null;
      for (Map.Entry<String, Object> member : list) {
        value = member.getKey().equals(name) ? member.getValue() : value;
      }
      return value;
    }
  }

  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private ReferenceJson(String text) {
    this.text = text;
  }

  /** The top-level value; null when the bytes are no JSON text in UTF-8. */
  static Object parse(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      ReferenceJson json = new ReferenceJson(text);
      Object value = json.value();
      json.space();
      return json.at == text.length() ? value : null;
    } catch (CharacterCodingException | Malformed e) {
      return null;
    }
  }

  private Object value() {
    space();
    if (at == text.length()) {
      throw new Malformed();
    }
    return switch (text.charAt(at)) {
      case '{' -> members();
      case '[' -> list();
      case '"' -> string();
      default -> new Literal(take(LITERAL));
    };
  }

  private Members members() {
    List<Map.Entry<String, Object>> members = new ArrayList<>();
    at++;
    space();
    for (boolean more = !accept('}'); more; more = !accept('}')) {
      if (!members.isEmpty()) {
        expect(',');
        space();
      }
      String name = string();
      space();
      expect(':');
      members.add(Map.entry(name, value()));
      space();
    }
    return new Members(members);
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    at++;
    space();
    for (boolean more = !accept(']'); more; more = !accept(']')) {
      if (!list.isEmpty()) {
        expect(',');
      }
      list.add(value());
      space();
    }
    return list;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    expect('"');
    while (!accept('"')) {
      if (!accept('\\')) {
        string.append(take(PLAIN));
      } else if (accept('u')) {
        string.append((char) Integer.parseInt(take(HEX), 16));
      } else {
        int escape = at == text.length() ? -1 : "\"\\/bfnrt".indexOf(text.charAt(at++));
        if (escape < 0) {
          throw new Malformed();
        }
        string.append("\"\\/\b\f\n\r\t".charAt(escape));
      }
    }
    return string.toString();
  }

  private String take(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw new Malformed();
    }
    at = matcher.end();
    return matcher.group();
  }

  private boolean accept(char expected) {
    boolean there = at < text.length() && text.charAt(at) == expected;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char expected) {
    if (!accept(expected)) {
      throw new Malformed();
    }
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
