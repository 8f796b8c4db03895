package io.sluice.server.http;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a request means, written with strings and regular expressions: slow, plain, and independent
 * of the parser it judges.
 */
record ReferenceRequest(
    String method,
    String target,
    int minorVersion,
    boolean keepAlive,
    long contentLength,
    String range,
    boolean mirrored) {

  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
  private static final Pattern REQUEST_LINE =
      Pattern.compile(
          "(" + TOKEN + "+) ([0-9A-Za-z\\-._~!$&'()*+,;=%:/?@\\[\\]]{1,4096}) HTTP/1\\.([01])");
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "+):[ \t]*+(|[\t -~\u0080-\u00ff]*[!-~\u0080-\u00ff])[ \t]*");
  private static final Pattern HOST =
      Pattern.compile(
          "(\\[(?=[^\\]]*:[^\\]]*:)[0-9A-Fa-f:.]+\\]"
              + "|([0-9A-Za-z\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(:[0-9]{0,5})?");
  private static final Pattern TOKEN_LIST =
      Pattern.compile("[ \t]*(" + TOKEN + "+)?[ \t]*(,[ \t]*(" + TOKEN + "+)?[ \t]*)*+");
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  /** The length of the head at the start of the text; -1 when it is incomplete or invalid. */
  static int headLength(String text) {
    int start = text.startsWith("\r\n") ? 2 : 0;
    int end = text.indexOf("\r\n\r\n", start) + 4;
    if (end < 4 || end > HttpLimits.HEAD_LENGTH_MAX) {
      return -1;
    }
    String head = text.substring(start, end);
    boolean linesOnly = head.replace("\r\n", "").matches("[\t -~\u0080-\u00ff]*");
    return linesOnly && head.substring(0, 1).matches(TOKEN) ? end : -1;
  }

  /** The request with exactly this head, or null when it has to be refused. */
  static ReferenceRequest parse(String head) {
    String text = head.startsWith("\r\n") ? head.substring(2) : head;
    if (!text.endsWith("\r\n\r\n")) {
      return null;
    }
    String[] lines = text.substring(0, text.length() - 4).split("\r\n", -1);
    Matcher requestLine = REQUEST_LINE.matcher(lines[0]);
    if (!requestLine.matches() || lines.length > 1 + HttpLimits.HEADER_COUNT_MAX) {
      return null;
    }
    List<String[]> fields = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher field = FIELD.matcher(lines[i]);
      if (!field.matches()) {
        return null;
      }
      fields.add(new String[] {field.group(1).toLowerCase(Locale.ROOT), field.group(2)});
    }
    return interpret(
        requestLine.group(1), requestLine.group(2), Integer.parseInt(requestLine.group(3)), fields);
  }

  private static ReferenceRequest interpret(
      String method, String target, int minorVersion, List<String[]> fields) {
    List<String> hosts = values(fields, "host").toList();
    List<String> lengths = values(fields, "content-length").toList();
    boolean single =
        Stream.of("host", "content-length", "range", "if-range", "authorization")
            .allMatch(name -> values(fields, name).count() <= 1);
    boolean hostFits =
        hosts.isEmpty() ? minorVersion == 0 : HOST.matcher(hosts.getFirst()).matches();
    if (!single || !hostFits || values(fields, "transfer-encoding").count() > 0) {
      return null;
    }
    if (!values(fields, "connection").allMatch(list -> TOKEN_LIST.matcher(list).matches())) {
      return null;
    }
    boolean reading = method.equals("GET") || method.equals("HEAD");
    long contentLength = -1;
    if (!lengths.isEmpty()) {
      if (!lengths.getFirst().matches("[0-9]+")
          || new BigInteger(lengths.getFirst()).compareTo(LONG_MAX) >= 0) {
        return null;
      }
      contentLength = Long.parseLong(lengths.getFirst().replaceFirst("^0+(?=.)", ""));
      if (reading && contentLength > 0) {
        return null;
      }
    }
    boolean keepAlive =
        reading
            && !hasToken(fields, "close")
            && (minorVersion == 1 || hasToken(fields, "keep-alive"));
    return new ReferenceRequest(
        reading ? method : "OTHER",
        target,
        minorVersion,
        keepAlive,
        contentLength,
        values(fields, "range").findFirst().orElse(null),
        values(fields, "x-spegel-mirrored").anyMatch("true"::equals));
  }

  private static Stream<String> values(List<String[]> fields, String name) {
    return fields.stream().filter(field -> field[0].equals(name)).map(field -> field[1]);
  }

  private static boolean hasToken(List<String[]> fields, String token) {
    return values(fields, "connection")
        .flatMap(list -> Stream.of(list.split(",")))
        .anyMatch(element -> element.strip().equalsIgnoreCase(token));
  }

  /** Whether the parser understood the same. */
  boolean agreesWith(RequestHead head, String parsedTarget) {
    int kind =
        switch (method) {
          case "GET" -> RequestHead.METHOD_GET;
          case "HEAD" -> RequestHead.METHOD_HEAD;
          default -> RequestHead.METHOD_OTHER;
        };
    return head.method() == kind
        && Objects.equals(target, parsedTarget)
        && head.minorVersion() == minorVersion
        && head.keepAlive() == keepAlive
        && head.contentLength() == contentLength
        && head.hasRange() == (range != null)
        && head.mirrored() == mirrored;
  }
}
