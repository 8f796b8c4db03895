package io.sluice.perf.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes XML that is well-formed whatever the texts are: names and messages of contenders are
 * theirs to choose. One thread.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param name its name
   * @param attributes names and values, in turns
   * @return this
   */
  Markup open(String name, String... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escape(attributes[i + 1])).append('"');
    }
    out.append('>');
    open.push(name);
    return this;
  }

  /** Ends the element that was begun last. */
  Markup close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** Adds text to the element that was begun last. */
  Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element with nothing but text in it. */
  Markup element(String name, String text, String... attributes) {
    return open(name, attributes).text(text).close();
  }

  /** Adds markup that is well-formed already. */
  Markup raw(String markup) {
    out.append(markup);
    return this;
  }

  /**
   * A text as it has to be written in an element or an attribute.
   *
   * @param text any text
   * @return the same for readers
   */
  static String escape(String text) {
    return printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * A text with replacement characters for those that XML does not know (section 2.2,
   * "Characters").
   *
   * @param text any text
   * @return the same for readers
   */
  static String printable(String text) {
    return text.codePoints()
        .map(c -> known(c) ? c : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean known(int c) {
    return c == '\t'
        || c == '\n'
        || c >= ' ' && c < 0xD800
        || c > 0xDFFF && c < 0xFFFE
        || c > 0xFFFF;
  }

  /** All that was written. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException(open + " were not closed");
    }
    return out.toString();
  }
}
